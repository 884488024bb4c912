// The network part of a mini-program's `wx` on node: what its documentation promises, and what phones do where it
// promises nothing. SDK code and tests that use it run on a phone as they are.
import http from 'node:http';
import https from 'node:https';
import WebSocket from 'ws';

const MAX_SOCKETS = 5;
const CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3;
const DEFAULT_TIMEOUT = 60_000;

/**
 * A mini-program's own `wx`. Like on a phone, Referer and User-Agent can't be chosen and no Origin is sent.
 *
 * @param {{appId?: string, version?: string}} [app] what the Referer says
 */
export function createWx({appId = 'wx0123456789abcdef', version = 'devtools'} = {}) {
  const fixedHeaders = {
    referer: `https://servicewechat.com/${appId}/${version}/page-frame.html`,
    'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
        + 'Mobile/15E148 MicroMessenger/8.0.60(0x18003c2a) NetType/WIFI Language/zh_CN MiniProgramEnv/iOS',
  };
  const tasks = new Set();
  const globalListeners = {open: [], message: [], error: [], close: []};
  let latest = null; // the deprecated globals speak for the socket that was made last

  function connectSocket(options) {
    const problem = refusal(options, tasks.size);
    const task = new SocketTask();
    if (problem) {
      task.readyState = CLOSED;
      settle(options, 'connectSocket', problem);
      return task;
    }
    tasks.add(task);
    latest = task;
    for (const name of Object.keys(globalListeners)) {
      task.listeners[name].push(event => task === latest && globalListeners[name].forEach(listener => listener(event)));
    }
    task.start(options, headers(options.header, fixedHeaders), () => tasks.delete(task));
    settle(options, 'connectSocket'); // means "task created": it isn't open yet
    return task;
  }

  return {
    request: options => request(options, headers(options.header, fixedHeaders)),
    connectSocket,
    sendSocketMessage: options =>
        latest ? latest.send(options, 'sendSocketMessage') : settle(options, 'sendSocketMessage', 'WebSocket is not connected'),
    closeSocket: (options = {}) =>
        latest ? latest.close(options, 'closeSocket') : settle(options, 'closeSocket', 'WebSocket is not connected'),
    onSocketOpen: listener => globalListeners.open.push(listener),
    onSocketMessage: listener => globalListeners.message.push(listener),
    onSocketError: listener => globalListeners.error.push(listener),
    onSocketClose: listener => globalListeners.close.push(listener),
  };
}

/** One connection. The page sees neither ping nor pong. */
class SocketTask {
  readyState = CONNECTING;
  CONNECTING = CONNECTING;
  OPEN = OPEN;
  CLOSING = CLOSING;
  CLOSED = CLOSED;
  listeners = {open: [], message: [], error: [], close: []};
  #socket = null;

  onOpen(listener) { this.listeners.open.push(listener); }
  onMessage(listener) { this.listeners.message.push(listener); }
  onError(listener) { this.listeners.error.push(listener); }
  onClose(listener) { this.listeners.close.push(listener); }

  send(options, api = 'sendSocketMessage') {
    const {data} = options;
    if (typeof data !== 'string' && !(data instanceof ArrayBuffer)) {
      return settle(options, api, 'parameter error: data should be a string or an ArrayBuffer');
    }
    if (this.readyState !== OPEN) {
      return settle(options, api, 'WebSocket is not connected');
    }
    this.#socket.send(data, error => settle(options, api, error?.message));
  }

  close(options = {}, api = 'closeSocket') {
    if (this.readyState === CLOSED || !this.#socket) {
      return settle(options, api, 'WebSocket is not connected');
    }
    this.readyState = CLOSING;
    this.#socket.close(options.code ?? 1000, options.reason ?? '');
    settle(options, api);
  }

  start({url, protocols = [], timeout = DEFAULT_TIMEOUT, perMessageDeflate = false}, header, forget) {
    const socket = this.#socket = new WebSocket(url, protocols, {headers: header, handshakeTimeout: timeout, perMessageDeflate});
    socket.on('open', () => {
      this.readyState = OPEN;
      this.#tell('open', {header: {}});
    });
    socket.on('message', (data, isBinary) => this.#tell('message', {data: isBinary ? toArrayBuffer(data) : data.toString()}));
    socket.on('error', error => this.#tell('error', failure(error)));
    socket.on('close', (code, reason) => {
      const opened = this.readyState !== CONNECTING;
      this.readyState = CLOSED;
      forget();
      if (opened) {
        this.#tell('close', {code, reason: reason.toString()});
      }
    });
  }

  #tell(name, event) {
    this.listeners[name].forEach(listener => listener(event));
  }
}

function refusal({url, protocols}, open) {
  if (!/^wss?:\/\//.test(url ?? '')) {
    return 'invalid url';
  }
  if (protocols !== undefined && !(Array.isArray(protocols) && protocols.every(name => typeof name === 'string'))) {
    return 'parameter error: protocols should be an array of strings';
  }
  return open >= MAX_SOCKETS ? `exceed max socket count ${MAX_SOCKETS}` : undefined;
}

/** What a phone tells of a failure: of a refused upgrade only that it was one, never its status. */
function failure(error) {
  return /^Unexpected server response/.test(error.message)
      ? {errCode: 1004, errMsg: 'connectSocket:fail _code:20,_msg:Invalid HTTP status'}
      : {errCode: 1004, errMsg: 'connectSocket:fail ' + error.message};
}

function request(options, header) {
  const {url, method = 'GET', data, dataType = 'json', timeout = DEFAULT_TIMEOUT} = options;
  const target = new URL(url);
  const inQuery = method === 'GET' && data && typeof data === 'object';
  if (inQuery) {
    Object.entries(data).forEach(([name, value]) => target.searchParams.set(name, value));
  }
  const body = data === undefined || inQuery ? undefined : typeof data === 'string' ? data : JSON.stringify(data);
  const sending = (target.protocol === 'https:' ? https : http).request(target, {
    method, timeout, headers: {'content-type': 'application/json', ...header},
  });
  sending.on('response', response => {
    const chunks = [];
    response.on('data', chunk => chunks.push(chunk));
    response.on('end', () => settle(options, 'request', undefined, {
      statusCode: response.statusCode, header: response.headers, data: decode(Buffer.concat(chunks).toString(), dataType),
    }));
  });
  sending.on('timeout', () => sending.destroy(new Error('timeout')));
  sending.on('error', error => settle(options, 'request', error.message));
  sending.end(body);
  return {abort: () => sending.destroy(new Error('abort'))};
}

/** Any status is a success, and what isn't JSON is given as text. */
function decode(text, dataType) {
  try {
    return dataType === 'json' ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/** Calls back later, never from within the call. */
function settle(options, api, problem, result = {}) {
  queueMicrotask(() => {
    const outcome = {...result, errMsg: problem ? `${api}:fail ${problem}` : `${api}:ok`};
    (problem ? options.fail : options.success)?.(outcome);
    options.complete?.(outcome);
  });
}

function headers(wanted, fixed) {
  const own = Object.entries(wanted ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {...Object.fromEntries(own), ...fixed};
}

function toArrayBuffer(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}
