// The four calls of a plain page against the running gateway: no sub-protocol, frames are messages.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {test} from 'node:test';
import {GATEWAY, newRoom, Page, SOCKETS} from './client.mjs';
import {createWx} from './wx.mjs';

const options = {timeout: 90_000};
const bytes = buffer => Array.from(new Uint8Array(buffer));
const everyByte = () => Uint8Array.from({length: 256}, (_, i) => i).buffer;
const inRoom = (room, more = '') => Page.open({query: `?room=${encodeURIComponent(room)}${more}`});

test('request tells a page what the gateway is', options, async () => {
  const response = await new Promise((success, fail) => createWx().request({url: GATEWAY + '/', success, fail}));
  assert.equal(response.statusCode, 200);
  assert.match(response.header['content-type'], /^application\/json/);
  assert.equal(response.data.name, 'Magpie');
  assert.equal(response.data.websocket, '/ws');
  assert.ok(response.data.protocols.includes('magpie.v1.json'));
  assert.equal(typeof response.data.version, 'string');
});

test('pages of any origin may read the answer, browsers get the demo page, other paths a 404', options, async () => {
  const {headers} = await fetch(GATEWAY + '/', {headers: {Origin: 'https://example.org'}});
  assert.equal(headers.get('access-control-allow-origin'), '*');
  const page = await fetch(GATEWAY + '/', {headers: {Accept: 'text/html,*/*;q=0.8'}});
  assert.match(page.headers.get('content-type'), /^text\/html/);
  assert.match(await page.text(), /<title>Magpie<\/title>/);
  assert.equal((await fetch(GATEWAY + '/health')).status, 200);
  const nowhere = await fetch(GATEWAY + '/nowhere');
  assert.equal(nowhere.status, 404);
  assert.match(nowhere.headers.get('content-type'), /^application\/json/);
});

test('two pages in a room receive text and binary of both, in one order', options, async () => {
  const room = newRoom();
  const pages = [0, 1].map(() => {
    const wx = createWx();
    const received = [];
    let done, opened;
    const page = {wx, received, open: new Promise(resolve => { opened = resolve; }), four: new Promise(resolve => { done = resolve; })};
    wx.onSocketOpen(opened);
    wx.onSocketMessage(({data}) => {
      received.push(typeof data === 'string' ? data : bytes(data));
      if (received.length === 4) {
        done();
      }
    });
    page.closed = new Promise(resolve => wx.onSocketClose(resolve));
    wx.connectSocket({url: `${SOCKETS}?room=${room}`});
    return page;
  });
  await Promise.all(pages.map(page => page.open));
  pages.forEach(({wx}, i) => {
    wx.sendSocketMessage({data: `你好 🐦 ${i}`});
    wx.sendSocketMessage({data: i === 0 ? everyByte() : new ArrayBuffer(0)});
  });
  await Promise.all(pages.map(page => page.four));

  assert.deepEqual(pages[0].received, pages[1].received);
  const at = data => pages[0].received.findIndex(other => JSON.stringify(other) === JSON.stringify(data));
  const [text0, binary0, text1, binary1] = ['你好 🐦 0', bytes(everyByte()), '你好 🐦 1', []].map(at);
  assert.ok(text0 >= 0 && text0 < binary0, 'the order of one page is kept');
  assert.ok(text1 >= 0 && text1 < binary1, 'the order of the other page is kept');
  pages.forEach(({wx}) => wx.closeSocket());
  for (const {code} of await Promise.all(pages.map(page => page.closed))) {
    assert.equal(code, 1000);
  }
});

test('a heartbeat text is answered to its sender and goes no further', options, async () => {
  const room = newRoom();
  const [page, other] = [await inRoom(room), await inRoom(room)];
  for (const heartbeat of ['ping', 'heartbeat']) {
    page.send(heartbeat);
    assert.equal(await page.messages.take(), 'pong');
  }
  page.send('after');
  assert.equal(await other.messages.take(), 'after');
  assert.equal(await page.messages.take(), 'after');
  assert.deepEqual(other.messages.rest(), []);
  await Promise.all([page.close(), other.close()]);
});

test('a page that names no room is in the lobby, also on the path /', options, async () => {
  const text = newRoom();
  const [anywhere, lobby, elsewhere] = [await Page.open({path: SOCKETS.replace(/ws$/, '')}), await inRoom('lobby'), await inRoom(newRoom())];
  anywhere.send(text);
  assert.equal(await lobby.messages.take(message => message === text), text);
  assert.deepEqual(elsewhere.messages.rest(), []);
  await Promise.all([anywhere, lobby, elsewhere].map(page => page.close()));
});

test('the newest messages, or those since a position, are replayed before going live', options, async () => {
  const room = newRoom();
  const first = await inRoom(room);
  for (const text of ['one', 'two', 'three']) {
    first.send(text);
    await first.messages.take();
  }
  const [newest, since] = [await inRoom(room, '&history=2'), await inRoom(room, '&since=1')];
  for (const page of [newest, since]) {
    assert.equal(await page.messages.take(), 'two');
    assert.equal(await page.messages.take(), 'three');
  }
  first.send('four');
  assert.equal(await newest.messages.take(), 'four');
  assert.equal(await since.messages.take(), 'four');
  await Promise.all([first, newest, since].map(page => page.close()));
});

test('a message of ten thousand characters arrives whole', options, async () => {
  const page = await inRoom(newRoom());
  const text = '鹊桥🐦'.repeat(1000);
  page.send(text);
  assert.equal(await page.messages.take(), text);
  await page.close();
});

test('an unknown sub-protocol and an unknown path are refused', options, async () => {
  for (const wrong of [{protocols: ['chat.v9']}, {path: GATEWAY.replace(/^http/, 'ws') + '/elsewhere'}]) {
    const page = await Page.open({...wrong, refused: true});
    assert.match((await page.errors.take()).errMsg, /Invalid HTTP status/);
  }
});

test('the server closes TCP at once after the close handshake', options, async () => {
  const {hostname, port} = new URL(GATEWAY);
  const upgrade = http.get({hostname, port, path: '/ws', headers: {
    Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }});
  const [, socket] = await once(upgrade, 'upgrade');
  const heard = [];
  socket.on('data', data => heard.push(data));
  const begin = Date.now();
  socket.write(Buffer.from('888200000000' + '03e8', 'hex')); // a masked close with code 1000
  await once(socket, 'close');
  assert.equal(Buffer.concat(heard).toString('hex'), '880203e8', 'exactly one close frame');
  assert.ok(Date.now() - begin < 4000, 'a phone would stall for five seconds');
});
