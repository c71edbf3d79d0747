"""Surveys: XLSForms compiled to definitions, and what a definition says about answers."""
