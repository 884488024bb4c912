// A real mini-program, made a page by weweb, in Chromium: two of them in one room of the running gateway.
import assert from 'node:assert/strict';
import {existsSync} from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {launch, serve, TARGET} from './browser.mjs';
import {GATEWAY, newRoom} from './client.mjs';

const BUILT = path.join(TARGET, 'miniprogram');
const hex = values => Array.from(values, value => value.toString(16).padStart(2, '0')).join(' ');
const upwards = hex(Array.from({length: 256}, (_, i) => i));
const downwards = hex(Array.from({length: 256}, (_, i) => 255 - i));
let browser, site;

before(async () => {
  assert.ok(existsSync(BUILT), `build the mini-program first: npm run build (no ${BUILT})`);
  site = await serve(BUILT);
  // A mini-program isn't bound by a browser's same-origin rules, and weweb's wx.request asks with credentials.
  browser = await launch(['--disable-web-security']);
});

after(async () => {
  await browser?.close();
  site?.close();
});

async function open(room, nick) {
  const page = await browser.newPage({viewport: {width: 390, height: 844}});
  page.setDefaultTimeout(30_000);
  const {host} = new URL(GATEWAY);
  await page.goto(`${site.url}#!pages/index/index?host=${host}&room=${room}&nick=${nick}`);
  return page;
}

/** Waits until the element shows this text. */
const shows = (page, selector, text) =>
    page.locator(`${selector} span:visible`, {hasText: new RegExp(`^${text}$`)}).waitFor();

const received = (page, count) => page.waitForFunction(wanted => {
  const lines = Array.from(document.querySelectorAll('.received'), line => line.innerText.trim());
  return lines.length >= wanted && lines;
}, count).then(lines => lines.jsonValue());

test('two mini-program pages talk in a room, in text and binary', {timeout: 180_000}, async () => {
  const room = newRoom();
  const [magpie, crow] = [await open(room, 'magpie'), await open(room, 'crow')];
  for (const page of [magpie, crow]) {
    await shows(page, '#server', '200 Magpie');
    await shows(page, '#socket', 'open');
  }
  let count = 0;
  for (const [page, button] of [[magpie, '#text'], [crow, '#text'], [magpie, '#binary'], [crow, '#binary']]) {
    await page.click(button);
    count++;
    await Promise.all([received(magpie, count), received(crow, count)]);
  }
  const expected = ['text 你好 from magpie', 'text 你好 from crow', `binary ${upwards}`, `binary ${downwards}`];
  assert.deepEqual(await received(magpie, 4), expected);
  assert.deepEqual(await received(crow, 4), expected);
  await magpie.screenshot({path: path.join(TARGET, 'miniprogram.png')});

  await magpie.click('#close');
  await shows(magpie, '#socket', 'closed');
  await crow.click('#text');
  assert.equal((await received(crow, 5))[4], 'text 你好 from crow');
  assert.equal((await received(magpie, 4)).length, 4, 'a closed page hears no more');
});
