// How days, terms, sizes and numbers are written, in both languages, wherever the phone's clock stands.
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { lang, setLang, startLang, t, words } from '../../pwa/i18n.js';
import { ago, calendarDay, count, day, daysTo, fullDay, masked, moment, phone, size, term, time, today } from '../../pwa/ui/format.js';

// Monday, half past nine in the evening of the phone's own zone.
mock.timers.enable({ apis: ['Date'], now: new Date(2026, 10, 23, 21, 30) });
await startLang();

const both = async (check) => {
  for (const language of ['zh', 'en']) {
    await setLang(language);
    check(language === 'zh');
  }
  await setLang('zh');
};

test('a day is named by how near it is', () =>
  both((zh) => {
    const names = [
      ['2026-11-23', '今天', 'Today'], ['2026-11-24', '明天', 'Tomorrow'], ['2026-11-22', '昨天', 'Yesterday'],
      ['2026-11-27', '周五', 'Fri'], ['2026-11-29', '周日', 'Sun'], ['2026-11-30', '11月30日', '30 Nov'], ['2026-12-05', '12月5日', '5 Dec'],
      ['2026-11-20', '11月20日', '20 Nov'], ['2027-01-01', '2027年1月1日', '1 Jan 2027'], ['2025-12-31', '2025年12月31日', '31 Dec 2025'],
    ];
    for (const [date, chinese, english] of names) assert.equal(day(date), zh ? chinese : english, date);
    assert.equal(day(''), '');
    assert.equal(day(null), '');
    assert.equal(day('some day'), 'some day');
    assert.equal(fullDay('2026-11-23'), zh ? '11月23日 周一' : 'Mon 23 Nov');
    assert.equal(calendarDay('2026-11-23'), zh ? '11月23日' : '23 Nov');
  }));

test('a day is a day of the calendar, whatever the hour', () => {
  assert.equal(today(), '2026-11-23');
  assert.equal(daysTo('2026-11-24'), 1);
  assert.equal(daysTo(new Date(2026, 10, 24, 0, 5).toISOString()), 1);
  assert.equal(daysTo(new Date(2026, 10, 23, 0, 5).toISOString()), 0);
  assert.equal(daysTo('2027-11-23'), 365);
  assert.ok(Number.isNaN(daysTo('nonsense')));
});

test('how long ago', () =>
  both((zh) => {
    const said = [['2026-11-23', '今天', 'Today'], ['2026-11-22', '昨天', 'Yesterday'], ['2026-10-02', '52 天前', '52 days ago'], ['2026-11-25', '周三', 'Wed']];
    for (const [date, chinese, english] of said) assert.equal(ago(date), zh ? chinese : english, date);
    assert.equal(ago(undefined), '');
  }));

test('a term says whether it has passed', () =>
  both((zh) => {
    assert.deepEqual(term('2026-11-21'), { tone: 'late', icon: 'late', text: zh ? '过了 2 天' : '2 days over' });
    assert.deepEqual(term('2026-11-22'), { tone: 'late', icon: 'late', text: zh ? '过了 1 天' : '1 day over' });
    assert.deepEqual(term('2026-11-23'), { tone: 'soon', icon: 'clock', text: zh ? '今天' : 'Today' });
    assert.deepEqual(term('2026-11-29'), { tone: 'soon', icon: 'clock', text: zh ? '周日' : 'Sun' });
    assert.equal(term('2026-11-30').tone, '');
    assert.equal(term(''), null);
    assert.equal(term('nonsense'), null);
  }));

test('a moment is shown in the phone\'s own time', () => {
  assert.equal(time(new Date(2026, 10, 23, 9, 5).toISOString()), '9:05');
  assert.equal(moment(new Date(2026, 10, 23, 9, 5).toISOString()), '9:05');
  assert.equal(moment(new Date(2026, 10, 22, 18, 30).toISOString()), '昨天 18:30');
  assert.equal(moment(new Date(2026, 10, 21, 16, 2).toISOString()), '11月21日 16:02');
  assert.equal(moment(''), '');
  assert.equal(time(undefined), '');
});

test('numbers of people are masked, counts and sizes are short', () => {
  assert.equal(phone('13800002047'), '138 **** 2047');
  assert.equal(phone('138 0000 2047'), '138 **** 2047');
  assert.equal(phone('12345'), '****');
  assert.equal(phone(null), '');
  assert.equal(masked('990101195503072047'), '990***********2047');
  assert.ok(!masked('12345678').includes('4'.repeat(2)) && masked('12345678').includes('****'));
  assert.equal(count(32156), '32,156');
  assert.deepEqual([0, 1023, 3072, 1_572_864, 2_254_857_830].map(size), ['0 B', '1023 B', '3 KB', '1.5 MB', '2.1 GB']);
});

test('texts: holes, one and many, and a form\'s own words', async () => {
  assert.equal(t('sync.waiting', { n: 2 }), '2 条待发');
  assert.equal(t('no.such.key'), 'no.such.key');
  await setLang('en');
  assert.equal(lang.value, 'en');
  assert.equal(document.documentElement.lang, 'en');
  assert.equal(t('day.ago', { n: 1 }), '1 day ago');
  assert.equal(t('day.ago', { n: 3 }), '3 days ago');
  assert.equal(t('sync.slow', { n: 3 }), 'Slow network: sending 3 of {of}');
  assert.equal(words({ zh: '走访', en: 'Visit' }), 'Visit');
  assert.equal(words({ zh: '走访' }), '走访');
  assert.equal(words(null), '');
  await setLang('zh');
  assert.equal(words({ zh: '走访', en: 'Visit' }), '走访');
});
