// ODK's Markdown in labels and hints: what it makes of a text, also of one written to do harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bare, parse, shown, toneOf } from '../../pwa/form/widgets/pack/markdown.js';

/** A parsed text in short: tags with what is in them. */
const told = (pieces) => pieces.map((piece) => {
  if (typeof piece === 'string') return piece;
  const more = piece.href ? `:${piece.href}` : piece.tone ? `:${piece.tone}` : '';
  return piece.tag === 'br' ? '⏎' : `<${piece.tag}${more}|${told(piece.children)}>`;
}).join('');
const read = (text) => told(parse(text));

test('bold, emphasis, both, and what only looks like them', () => {
  const cases = {
    '**要紧**的话': '<p|<strong|要紧>的话>', '__要紧__': '<p|<strong|要紧>>', '*轻* 和 _轻_': '<p|<em|轻> 和 <em|轻>>',
    '***很***': '<p|<strong|<em|很>>>', '**a *b* c**': '<p|<strong|a <em|b> c>>', '*a **b** c*': '<p|<em|a <strong|b> c>>',
    '3 * 4 * 5': '<p|3 * 4 * 5>', 'snake_case_name': '<p|snake_case_name>', '**没完': '<p|**没完>', '中_文_字': '<p|中<em|文>字>',
    '\\*不是\\*': '<p|*不是*>', '** 空 **': '<p|** 空 **>', '*a **b* c**': '<p|<em|a **b> c**>', 'a_b': '<p|a_b>', '****': '<p|****>',
  };
  for (const [text, wanted] of Object.entries(cases)) assert.equal(read(text), wanted, text);
});

test('headings, lists and lines; a numbered question is no list', () => {
  assert.equal(read('# 住房\n第一行\n第二行\n\n另一段'), '<h|住房><p|第一行⏎第二行><p|另一段>');
  assert.equal(read('- 一\n- **二**\n\n1. 甲\n2) 乙'), '<ul|<li|一><li|<strong|二>>><ol|<li|甲><li|乙>>');
  assert.equal(read('1. 户主姓名'), '<p|1. 户主姓名>');
  assert.equal(read('- 只有一项'), '<p|- 只有一项>');
  assert.equal(read('#不是标题'), '<p|#不是标题>');
  assert.equal(read('   '), '');
});

test('links lead only to the web and to telephones, and nowhere in disguise', () => {
  assert.equal(read('看[县里的页](https://gov.example/a?b=1)'), '<p|看<a:https://gov.example/a?b=1|县里的页>>');
  assert.equal(read('[打电话](tel:+86-831-12345)'), '<p|<a:tel:+8683112345|打电话>>');
  const stay = ['[x](javascript:alert(1))', '[x](JaVaScRiPt:alert)', '[x](data:text/html,a)', '[x](https://good.example@evil.example/)', '[x](//evil.example)',
    '[x](/api/session)', '[x](vbscript:a)', '[x](https://)', '[x](intent://a#Intent)', '[x](\u0001javascript:a)', '[x](tel:javascript)', '[x](file:///etc)'];
  for (const text of stay) assert.ok(!read(text).includes('<a'), `${text} became a link`);
  const link = shown('[存折](https://evil.example/a)')[0];
  assert.deepEqual([link.props.rel, link.props.target, link.props.href], ['noopener noreferrer', '_blank', 'https://evil.example/a']);
  assert.ok(JSON.stringify(link.props.children).includes('(evil.example)'), 'a link that says something else names its host');
  assert.ok(!JSON.stringify(shown('[evil.example](https://evil.example/)')[0].props.children).includes('('));
  assert.equal(read('[[a](https://a.example)](https://b.example)'), '<p|[<a:https://a.example/|a>](https://b.example)>');
});

test('colours become the few that can be read, or nothing', () => {
  const cases = { 'color:red': 'rust', 'color: #ff0000': 'rust', 'color:#F00': 'rust', 'color:orange': 'ochre', 'color:#e8a200': 'ochre', 'color:green': 'pine', 'color:rgb(0, 128, 0)': 'pine',
    'color:blue': 'slate', 'color:#3333cc': 'slate', 'color:darkgray': 'quiet', 'color:#808080': 'quiet', 'color:black': undefined, 'color:white': undefined, 'color:#fff': undefined,
    'background-color:red': undefined, 'font-size:40px': undefined, 'color:expression(alert(1))': undefined, 'color:url(https://a)': undefined, 'color:var(--paper)': undefined };
  for (const [style, tone] of Object.entries(cases)) assert.equal(toneOf(style), tone, style);
  assert.equal(read('<span style="color:red; font-size:90px">注意</span>'), '<p|<span:rust|注意>>');
  assert.equal(read("<font color='green'>好</font>"), '<p|<span:pine|好>>');
  assert.equal(read('<span style="font-family:cursive">字</span>'), '<p|字>');
});

test('of all other markup nothing is made', () => {
  const texts = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '<a href="javascript:alert(1)">x</a>', '<svg onload=alert(1)>', '<iframe src="//evil">', '<span onclick="x()">a</span>',
    '<b onmouseover=alert(1)>b</b>', '<!-- a -->', '<style>*{display:none}</style>', '<span style="color:red" onclick=alert(1)>c</span>', '&lt;script&gt;alert(1)&lt;/script&gt;', '&#60;img src=x&#62;'];
  const tags = new Set();
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return undefined;
    tags.add(node.type);
    for (const name of Object.keys(node.props)) assert.ok(['class', 'children', 'href', 'target', 'rel', 'key'].includes(name), `${node.type} has ${name}`);
    return walk(node.props.children);
  };
  for (const text of texts) walk(shown(text));
  assert.deepEqual([...tags].filter((tag) => !['strong', 'span', 'em', 'u', 'sup', 'sub', 'br', 'p'].includes(tag)), []);
  assert.equal(bare('<script>x</script>'), '<script>x</script>');
  assert.equal(read('5 < 10 & 3 > 2'), '<p|5 < 10 & 3 > 2>');
  assert.equal(read('&lt;b&gt; &amp; &#x4e00; &unknown; &#xD800;'), '<p|<b> & 一 &unknown; >');
});

test('what is open at the end, closed too early or nested without end does no harm', () => {
  assert.equal(read('<b>a <span style="color:red">b</b> c</span>'), '<p|<strong|a b> c>');
  assert.equal(read('</b>a</span>'), '<p|a>');
  assert.equal(read('a<br>b<br/>c'), '<p|a⏎b⏎c>');
  assert.ok(read('<b>'.repeat(500) + 'x' + '</b>'.repeat(500)).includes('x'));
});

test('long hostile texts are read in one go', () => {
  const started = performance.now();
  for (const piece of ['*', '**', '_', '[', '[a](', '<span ', '<b>', '&', '&#', '\\', '*a ', '**a', '[a', '- \n', '1. a\n', '# #', '![', '](', '<', '*_', '__a_'])
    parse(piece.repeat(10_000));
  assert.ok(performance.now() - started < 8_000, `${performance.now() - started} ms`);
});

test('the words alone, for those who hear them', () => {
  assert.equal(bare('**户主** [页](https://a.example) <span style="color:red">红</span>'), '户主 页 红');
  assert.equal(bare('# 标题\n- 一\n- 二'), '标题 一二');
});
