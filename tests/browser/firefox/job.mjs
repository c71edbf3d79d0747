// The main job in Firefox: signed in once, then hours without network or server, a reload and a restart among them, and in
// the end everything is on the server. Argument: what the server is called; the rest comes by environment.
import assert from 'node:assert/strict';
import { Phone, ask } from './phone.mjs';

const { SHIBU_URL, FIREFOX, PROFILE } = process.env;
const FACTS = '火狐里记的：膝盖好些了，问低保什么时候出结果。';
const SENTENCE = '火狐里记的：三组桥头护栏断了';
const phone = new Phone(SHIBU_URL, FIREFOX, PROFILE);
const say = (step) => console.log(`step ${step}`);

async function openHousehold() {
  await phone.go('/households');
  await phone.fill('找人家', 'ydg');
  await phone.tap('main a', '杨德贵');
  await phone.sees('h1', '杨德贵');
}

async function correct() {
  await phone.tap('button', '更多');
  await phone.tap('a', '改户情');
  await phone.fill('联系电话', '13900001111');
  await phone.tap('button', '保存');
  await phone.sees('h1', '杨德贵');
}

async function visit() {
  await phone.tap('a', '记走访');
  await phone.sees('h1', '记走访');
  await phone.fill('了解到什么', FACTS);
  await phone.tap('button', '保存');
  await phone.sees('h1', '杨德贵');
  await phone.sees('main', FACTS);
}

async function problem() {
  await phone.tap('a', '记问题');
  await phone.fill('一句话说清楚', SENTENCE);
  await phone.tap('[role=radio], label', '要报镇里');
  await phone.tap('button', '存下报镇里');
  await phone.sees('h1', '杨德贵');
}

async function withoutNetwork() {
  await phone.page.reload({ waitUntil: 'domcontentloaded' });
  await phone.unlock();
  await phone.sees('h1', '今日');
  assert.equal(await phone.page.evaluate(() => navigator.serviceWorker.controller !== null), true);
  say('reloaded with the server stopped');
  await openHousehold();
  await correct();
  say('corrected');
  await visit();
  say('visit written');
  await problem();
  await phone.go('/today');
  await phone.sees('.sync', '3 条待发');
  say('problem written');
  await phone.page.reload({ waitUntil: 'domcontentloaded' });
  await phone.unlock();
  await phone.sees('.sync', '3 条待发');
  await phone.close();
  await phone.open();
  await phone.unlock();
  await phone.sees('.sync', '3 条待发');
  say('restarted');
}

try {
  await phone.open();
  await phone.signIn('cadre1', 'shibu-demo');
  await phone.allChecked();
  await phone.packsKept();
  say('first sync');
  await phone.offline(true);
  await ask('stop');
  await withoutNetwork();
  await phone.offline(false);
  await ask('start');
  await phone.syncNow();
  await phone.allChecked();
  await phone.go('/me/doctor');
  await phone.sees('main dd, main td, main p', 'Firefox');
  assert.deepEqual(phone.complaints, []);
  say('everything is on the server');
} finally {
  await phone.close();
  process.stdin.destroy();
}
