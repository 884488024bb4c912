// The shim keeps to what WeChat documents: checked against a bare WebSocket server.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import {after, before, test} from 'node:test';
import {WebSocketServer} from 'ws';
import {createWx} from './wx.mjs';

const PROTOCOL = 'known';
let server, url;
const upgrades = [];

before(async () => {
  server = http.createServer((request, response) => {
    response.writeHead(request.url === '/broken' ? 500 : 200);
    response.end(JSON.stringify({url: request.url, headers: request.headers}));
  });
  const sockets = new WebSocketServer({noServer: true, handleProtocols: offered => offered.has(PROTOCOL) && PROTOCOL});
  server.on('upgrade', (request, socket, head) => {
    upgrades.push(request);
    if (request.url === '/refused') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, ws => {
      ws.on('message', (data, binary) => data.toString() === 'bye' ? ws.close(4500, 'no more') : ws.send(data, {binary}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

const call = (api, options) => new Promise(resolve => api({...options, complete: resolve}));
const opened = task => new Promise(resolve => task.onOpen(resolve));
const closed = task => new Promise(resolve => task.onClose(resolve));
const failed = task => new Promise(resolve => task.onError(resolve));
const message = task => new Promise(resolve => task.onMessage(resolve));

async function connect(wx, options = {}) {
  const task = wx.connectSocket({url: `ws://${url}/`, ...options});
  await opened(task);
  return task;
}

test('sends a fixed Referer and User-Agent and no Origin', async () => {
  const wx = createWx({appId: 'wxapp', version: '7'});
  const task = await connect(wx, {header: {Referer: 'mine', 'User-Agent': 'mine', 'X-Own': 'kept'}});
  const {headers} = upgrades.at(-1);
  assert.equal(headers.referer, 'https://servicewechat.com/wxapp/7/page-frame.html');
  assert.match(headers['user-agent'], /MicroMessenger\/.*MiniProgramEnv\//);
  assert.equal(headers['x-own'], 'kept');
  assert.equal(headers.origin, undefined);
  assert.equal(headers['sec-websocket-protocol'], undefined);
  assert.equal(headers['sec-websocket-extensions'], undefined);
  task.close();
  await closed(task);
});

test('calls success when the task exists, which is before it is open', async () => {
  const wx = createWx();
  const sentTooEarly = await new Promise(resolve => {
    wx.connectSocket({url: `ws://${url}/`, success: () => wx.sendSocketMessage({data: 'early', complete: resolve})});
  });
  assert.equal(sentTooEarly.errMsg, 'sendSocketMessage:fail WebSocket is not connected');
  await new Promise(resolve => wx.onSocketOpen(resolve));
  assert.equal((await call(wx.sendSocketMessage, {data: 'later'})).errMsg, 'sendSocketMessage:ok');
  wx.closeSocket();
});

test('carries strings and ArrayBuffers, and refuses anything else', async () => {
  const task = await connect(createWx());
  let echo = message(task);
  task.send({data: '你好'});
  assert.equal((await echo).data, '你好');
  echo = message(task);
  task.send({data: Uint8Array.of(0, 127, 255).buffer});
  const {data} = await echo;
  assert.ok(data instanceof ArrayBuffer);
  assert.deepEqual(new Uint8Array(data), Uint8Array.of(0, 127, 255));
  for (const wrong of [Uint8Array.of(1), {text: 'no'}, 7, undefined]) {
    assert.match((await call(options => task.send(options), {data: wrong})).errMsg, /:fail parameter error/);
  }
  task.close();
  await closed(task);
});

test('allows five sockets at a time', async () => {
  const wx = createWx();
  const tasks = await Promise.all(Array.from({length: 5}, () => connect(wx)));
  const sixth = await call(wx.connectSocket, {url: `ws://${url}/`});
  assert.match(sixth.errMsg, /^connectSocket:fail exceed max/);
  tasks[0].close();
  await closed(tasks[0]);
  tasks.push(await connect(wx));
  await Promise.all(tasks.slice(1).map(task => (task.close(), closed(task))));
});

test('takes protocols as an array only and ignores protocol', async () => {
  const wx = createWx();
  assert.match((await call(wx.connectSocket, {url: `ws://${url}/`, protocols: PROTOCOL})).errMsg, /:fail parameter error/);
  const one = await connect(wx, {protocols: [PROTOCOL]});
  assert.equal(upgrades.at(-1).headers['sec-websocket-protocol'], PROTOCOL);
  const none = await connect(wx, {protocol: PROTOCOL});
  assert.equal(upgrades.at(-1).headers['sec-websocket-protocol'], undefined);
  await Promise.all([one, none].map(task => (task.close(), closed(task))));
});

test('tells of a refused upgrade only that it was refused', async () => {
  const task = createWx().connectSocket({url: `ws://${url}/refused`});
  assert.deepEqual(await failed(task), {errCode: 1004, errMsg: 'connectSocket:fail _code:20,_msg:Invalid HTTP status'});
});

test('hands the code and reason of a close to the page', async () => {
  const task = await connect(createWx());
  assert.equal(task.readyState, task.OPEN);
  task.send({data: 'bye'});
  assert.deepEqual(await closed(task), {code: 4500, reason: 'no more'});
  assert.equal(task.readyState, task.CLOSED);
  assert.match((await call(options => task.send(options), {data: 'late'})).errMsg, /:fail/);
});

test('lets the deprecated globals speak for the latest socket', async () => {
  const wx = createWx();
  const heard = [];
  wx.onSocketMessage(({data}) => heard.push(data));
  const older = await connect(wx);
  const newer = await connect(wx);
  const echo = message(newer);
  older.send({data: 'unheard'});
  wx.sendSocketMessage({data: 'heard'});
  await echo;
  assert.deepEqual(heard, ['heard']);
  wx.closeSocket({code: 1001});
  await closed(newer);
  older.close();
  await closed(older);
});

test('calls any HTTP status a success', async () => {
  const wx = createWx();
  const fine = await call(wx.request, {url: `http://${url}/a`, data: {q: '1'}});
  assert.equal(fine.statusCode, 200);
  assert.equal(fine.data.url, '/a?q=1');
  assert.match(fine.data.headers.referer, /^https:\/\/servicewechat\.com\//);
  const broken = await new Promise(resolve => wx.request({url: `http://${url}/broken`, success: resolve}));
  assert.equal(broken.statusCode, 500);
  const nobody = await new Promise(resolve => wx.request({url: 'http://127.0.0.1:1/', fail: resolve}));
  assert.match(nobody.errMsg, /^request:fail /);
});
