// The demo page in two browser contexts, served by the running gateway.
import assert from 'node:assert/strict';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {launch, TARGET} from './browser.mjs';
import {GATEWAY, Member, newRoom, Page} from './client.mjs';

const options = {timeout: 180_000};
let browser;

before(async () => {
  await mkdir(TARGET, {recursive: true});
  browser = await launch();
});

after(() => browser?.close());

/** A visitor with a browser profile of their own, in the room. `complaints` must stay empty. */
async function visit(room, nick, look = {viewport: {width: 1000, height: 680}}, prepare = () => {}) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.complaints = [];
  page.on('pageerror', error => page.complaints.push(error.message));
  page.on('console', message => message.type() === 'error' && page.complaints.push(message.text()));
  await prepare(page);
  await page.goto(GATEWAY + '/');
  await page.fill('#room', room);
  await page.fill('#nick', nick);
  await page.click('#join');
  await page.locator('#dot.open').waitFor();
  return page;
}

async function says(page, text) {
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
}

const bubble = (page, text, kind = '') => page.locator(`.message${kind} .bubble`, {hasText: text});
const texts = page => page.locator('#log .bubble').allInnerTexts();

test('two visitors see each other, what they say and that they type', options, async () => {
  const room = '鹊桥 ' + newRoom().slice(-4);
  const ann = await visit(room, 'Ann');
  const ben = await visit(room, '小本', {viewport: {width: 390, height: 844}, colorScheme: 'dark', isMobile: true, hasTouch: true});
  await says(ann, 'Hello, is anybody here?');
  await bubble(ben, 'Hello, is anybody here?', ':not(.mine)').waitFor();
  assert.equal(await ben.locator('.message .sender').first().innerText(), 'Ann');
  await says(ben, '有人的。喜鹊也在。');
  await bubble(ann, '有人的。喜鹊也在。', ':not(.mine)').waitFor();
  await says(ann, 'A <b>bold</b> claim & a very long line: ' + 'carried byte for byte, '.repeat(8));
  await bubble(ben, 'A <b>bold</b> claim').waitFor();
  assert.equal(await ben.locator('.bubble b').count(), 0, 'markup is text');
  await says(ben, 'So it is.');
  await bubble(ann, 'So it is.').waitFor();

  for (const page of [ann, ben]) {
    await page.locator('#count', {hasText: '2 members'}).waitFor({timeout: 60_000});
    await page.locator('.message.pending').waitFor({state: 'detached'});
    assert.equal(await page.locator('.message.mine').count(), 2);
    assert.equal(await page.locator('.message:not(.mine)').count(), 2);
  }
  await ben.locator('#text').pressSequentially('hm');
  await ann.locator('#typing', {hasText: '小本 is typing'}).waitFor();
  await ann.screenshot({path: path.join(TARGET, 'demo.png')});
  await ben.screenshot({path: path.join(TARGET, 'demo-phone.png')});
  const width = await ben.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `no sideways scrolling on a phone: ${width}`);

  await ben.click('#leave');
  await ben.locator('#entry').waitFor();
  await ben.screenshot({path: path.join(TARGET, 'demo-entry.png')});
  assert.deepEqual([ann.complaints, ben.complaints], [[], []]);
  await Promise.all([ann, ben].map(page => page.context().close()));
});

test('whatever else is said in the room is shown somehow', options, async () => {
  const room = newRoom();
  const ann = await visit(room, 'Ann');
  const member = await Member.in(room);
  const plain = await Page.open({query: `?room=${room}`});
  plain.send('from a plain page');
  plain.send(Uint8Array.from({length: 20}, (_, i) => i).buffer);
  for (const data of [{order: 7, paid: true}, null, 42, {text: 5}, '<img src=x onerror=alert(1)>']) {
    await member.ask({type: 'send', room, data}, 'ok');
  }
  await bubble(ann, '<img').waitFor();
  assert.deepEqual((await texts(ann)).sort(), [
    'from a plain page', '20 bytes: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f …',
    '{"order":7,"paid":true}', 'null', '42', '{"text":5}', '<img src=x onerror=alert(1)>',
  ].sort());
  assert.deepEqual(ann.complaints, []);
  await Promise.all([ann.context().close(), member.close(), plain.close()]);
});

test('a visitor who was cut off comes back by itself and misses nothing', options, async () => {
  const room = newRoom();
  const sockets = [];
  const ann = await visit(room, 'Ann', {}, page => page.routeWebSocket('**/ws', socket => {
    socket.connectToServer();
    sockets.push(socket);
  }));
  const member = await Member.in(room);
  const send = text => member.ask({type: 'send', room, data: {text, nick: 'Ben'}}, 'ok');
  await send('before');
  await bubble(ann, 'before').waitFor();
  // It comes back soon, so it is watched before it is cut off.
  const cut = ann.locator('#dot:not(.open)').waitFor();
  await sockets[0].close({code: 1012, reason: 'restart'});
  await cut;
  await send('meanwhile');
  await says(ann, 'unsent');
  await bubble(ann, 'meanwhile').waitFor();
  await ann.locator('#dot.open').waitFor();
  await send('after');
  await bubble(ann, 'after').waitFor();
  await ann.locator('.message.pending').waitFor({state: 'detached'});
  assert.deepEqual((await texts(ann)).sort(), ['after', 'before', 'meanwhile', 'unsent']);
  assert.deepEqual((await member.take(4)).map(message => message.data.text).sort(), ['after', 'before', 'meanwhile', 'unsent']);
  assert.equal(sockets.length, 2);
  await Promise.all([ann.context().close(), member.close()]);
});

test('a room that can not be joined is told, not retried', options, async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(GATEWAY + '/?room=' + encodeURIComponent('@inbox'));
  assert.equal(await page.inputValue('#room'), '@inbox');
  await page.fill('#nick', 'Ann');
  await page.click('#join');
  await page.locator('#dot.closed').waitFor();
  assert.match(await page.innerText('#state'), /^closed: /);
  await context.close();
});
