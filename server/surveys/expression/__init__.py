"""XLSForm's XPath: parsed and resolved once (parse, resolve), evaluated many times (evaluate).

The twin of `evaluate` is pwa/form/expression.js; tests/cases/expression*.json holds the cases both must pass.
"""
