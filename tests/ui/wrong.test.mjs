// What is said of an answer that cannot be right: a form's sentence, with or without its stop, and what is offered instead.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setLang, startLang, t } from '../../pwa/i18n.js';
import { wrongText } from '../../pwa/form/widgets/wrong.js';

await startLang();
const year = new Date().getFullYear();
const say = (words, offer) => wrongText({ code: 'constraint', words, ...(offer === undefined ? {} : { offer }) }, t);

test('an offer stands apart from the sentence before it, and a day has its year', async () => {
  const told = [
    ['不能晚于今天', `${year}-01-05`, `不能晚于今天。是 ${year}年1月5日 吗？`],
    ['不能晚于今天。', '2024-11-30', '不能晚于今天。是 2024年11月30日 吗？'],
    ['（不能晚于今天！）', 3, '（不能晚于今天！）是 3 吗？'],
    ['不能晚于今天 ', undefined, '不能晚于今天'],
    ['写错了吗？', 3, '写错了吗？'],
    ['', 3, '这里不太对，再看一眼？'],
  ];
  for (const [words, offer, wanted] of told) assert.equal(say(words, offer), wanted);
  await setLang('en');
  assert.equal(say('Not after today', `${year}-01-05`), `Not after today. Is it 5 Jan ${year}?`);
  assert.equal(say('Not after today.', 3), 'Not after today. Is it 3?');
  await setLang('zh');
});
