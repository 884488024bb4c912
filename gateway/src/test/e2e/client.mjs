// What the tests of the running gateway share: where it is, and clients that keep what they hear.
import {randomBytes} from 'node:crypto';
import {createWx} from './wx.mjs';

export const GATEWAY = (process.env.MAGPIE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
export const SOCKETS = GATEWAY.replace(/^http/, 'ws') + '/ws';
const PATIENCE = 20_000;

/** A room that no other test uses. */
export const newRoom = () => 'e2e-' + randomBytes(6).toString('hex');

/** What was heard, in order; each entry is taken once. */
class Inbox {
  #heard = [];
  #waiting = [];

  put(entry) {
    const waiting = this.#waiting.findIndex(({wanted}) => wanted(entry));
    if (waiting < 0) {
      this.#heard.push(entry);
    } else {
      this.#waiting.splice(waiting, 1)[0].resolve(entry);
    }
  }

  /** The first entry that is wanted, heard already or within some seconds. */
  take(wanted = () => true, what = 'anything') {
    const index = this.#heard.findIndex(wanted);
    if (index >= 0) {
      return Promise.resolve(this.#heard.splice(index, 1)[0]);
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(
          `waited in vain for ${what}; heard ${JSON.stringify(this.#heard)}`)), PATIENCE);
      this.#waiting.push({wanted, resolve: entry => { clearTimeout(timer); resolve(entry); }});
    });
  }

  /** All that lies here unread. */
  rest() {
    return this.#heard.splice(0);
  }
}

/** A page's connection. `messages` holds payloads, `closes` what onClose said. */
export class Page {
  messages = new Inbox();
  closes = new Inbox();
  errors = new Inbox();

  /** Resolves when the connection is open, or was refused if that is what is wanted. */
  static async open({query = '', protocols, path = SOCKETS, refused = false} = {}) {
    const page = new this();
    page.task = createWx().connectSocket({url: path + query, protocols});
    page.task.onMessage(({data}) => page.heard(data));
    page.task.onClose(close => page.closes.put(close));
    await new Promise((resolve, reject) => {
      page.task.onOpen(() => refused ? reject(new Error('was not refused')) : resolve());
      page.task.onError(error => {
        page.errors.put(error);
        refused ? resolve() : reject(new Error(error.errMsg));
      });
    });
    return page;
  }

  heard(data) {
    this.messages.put(data);
  }

  send(data) {
    this.task.send({data});
  }

  async close() {
    this.task.close();
    return this.closes.take(undefined, 'the close');
  }
}

/** A connection that speaks magpie.v1.json. */
export class Member extends Page {
  events = new Inbox();
  #lastId = 0;

  static open(options = {}) {
    return super.open({protocols: ['magpie.v1.json'], ...options});
  }

  /** Opened and introduced, and in the room if one is given. */
  static async in(room, join = {}) {
    const member = await Member.open();
    const {user} = await member.ask({type: 'connect', client: {name: 'e2e', version: '1'}}, 'connected');
    member.user = user;
    if (room) {
      member.joined = await member.ask({type: 'join', room, ...join}, 'joined');
    }
    return member;
  }

  heard(data) {
    super.heard(data);
    [].concat(JSON.parse(data)).forEach(event => this.events.put(event));
  }

  /** Says it and waits for its reply, which must be of this type. */
  async ask(envelope, type) {
    const id = ++this.#lastId;
    this.send(JSON.stringify({id, ...envelope}));
    const reply = await this.events.take(event => event.id === id, `the reply to ${envelope.type}`);
    if (reply.type !== type) {
      throw new Error(`${envelope.type} was answered with ${JSON.stringify(reply)}`);
    }
    return reply;
  }

  /** The next event of this type. */
  next(type) {
    return this.events.take(event => event.type === type, `a ${type}`);
  }

  /** The next so many messages. */
  async take(count) {
    const taken = [];
    while (taken.length < count) {
      taken.push(await this.next('message'));
    }
    return taken;
  }
}
