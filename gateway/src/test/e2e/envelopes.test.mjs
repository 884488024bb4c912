// magpie.v1.json against the running gateway, and rooms that plain pages and JSON members share.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {Member, newRoom, Page} from './client.mjs';

const options = {timeout: 90_000};
const send = (room, data, more = {}) => ({type: 'send', room, data, ...more});
const seqs = messages => messages.map(message => message.seq);

test('connect tells a guest who it is, join where the room stands', options, async () => {
  const member = await Member.open();
  const connected = await member.ask({type: 'connect'}, 'connected');
  assert.equal(typeof connected.connection, 'string');
  assert.ok(connected.user.id.length > 0);
  assert.ok(connected.heartbeat > 0);
  assert.equal(typeof connected.limits, 'object');
  assert.deepEqual(connected.rooms, {});
  const room = newRoom();
  const joined = await member.ask({type: 'join', room}, 'joined');
  assert.equal(joined.room, room);
  assert.equal(joined.seq, 0);
  assert.equal(joined.recovered, true);
  assert.equal(joined.members, 1);
  assert.equal(typeof joined.epoch, 'string');
  await member.close();
});

test('a message is answered with its place and reaches every member in the order of seq', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  const before = Date.now() - 60_000;
  const ok = await ann.ask(send(room, {text: '你好'}, {key: 'k1', kind: 'chat'}), 'ok');
  assert.deepEqual([ok.room, ok.epoch, ok.seq], [room, ann.joined.epoch, 1]);
  await Promise.all([ann, ben].flatMap(member => Array.from({length: 20}, (_, i) => member.ask(send(room, i), 'ok'))));

  const [heardByAnn, heardByBen] = [await ann.take(41), await ben.take(41)];
  assert.deepEqual(seqs(heardByAnn), Array.from({length: 41}, (_, i) => i + 1));
  assert.deepEqual(heardByAnn, heardByBen);
  const [first] = heardByBen;
  assert.deepEqual(first, {type: 'message', room, seq: 1, at: first.at, from: ann.user, key: 'k1', kind: 'chat', data: {text: '你好'}});
  assert.ok(first.at > before);
  for (const member of [ann, ben]) {
    const own = heardByAnn.slice(1).filter(message => message.from.id === member.user.id).map(message => message.data);
    assert.deepEqual(own, Array.from({length: 20}, (_, i) => i), 'the order of one sender is kept');
  }
  await Promise.all([ann.close(), ben.close()]);
});

test('one frame may carry many envelopes', options, async () => {
  const room = newRoom();
  const member = await Member.open();
  member.send(JSON.stringify([
    {type: 'connect', id: 'c'}, {type: 'join', id: 'j', room}, {...send(room, 'a'), id: 'a'}, {...send(room, 'b'), id: 'b'},
  ]));
  for (const [id, type] of [['c', 'connected'], ['j', 'joined'], ['a', 'ok'], ['b', 'ok']]) {
    assert.equal((await member.events.take(event => event.id === id, id)).type, type);
  }
  assert.deepEqual((await member.take(2)).map(message => message.data), ['a', 'b']);
  await member.close();
});

test('data is carried byte for byte', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  const data = '{ "n" : 1.0e+0, "big": 12345678901234567890,\t"s":"\\u4f60\\/", "none":[ ] }';
  ann.send(`{"type":"send","room":"${room}","data":${data}}`);
  const frame = await ben.messages.take(text => text.includes('"type":"message"'), 'the message');
  assert.ok(frame.includes(data), frame);
  await Promise.all([ann.close(), ben.close()]);
});

test('a retry with the same key is stored once', options, async () => {
  const room = newRoom();
  const member = await Member.in(room);
  const first = await member.ask(send(room, 'once', {key: 'same'}), 'ok');
  const again = await member.ask(send(room, 'once', {key: 'same'}), 'ok');
  assert.deepEqual([first.duplicate, again.duplicate, again.seq, again.at], [undefined, true, first.seq, first.at]);
  assert.equal((await member.ask(send(room, 'other', {key: 'same'}), 'error')).code, 'key_conflict');
  await member.ask(send(room, 'last'), 'ok');
  assert.deepEqual((await member.take(2)).map(message => message.data), ['once', 'last']);
  await member.close();
});

test('history pages both ways, oldest first', options, async () => {
  const room = newRoom();
  const member = await Member.in(room);
  for (let i = 1; i <= 7; i++) {
    await member.ask(send(room, i), 'ok');
  }
  const page = async query => {
    const {messages, more} = await member.ask({type: 'history', room, ...query}, 'history');
    return [messages.map(message => message.data), more];
  };
  assert.deepEqual(await page({}), [[1, 2, 3, 4, 5, 6, 7], false]);
  assert.deepEqual(await page({limit: 3}), [[5, 6, 7], true]);
  assert.deepEqual(await page({before: 5, limit: 3}), [[2, 3, 4], true]);
  assert.deepEqual(await page({before: 2, limit: 3}), [[1], false]);
  assert.deepEqual(await page({after: 2, limit: 3}), [[3, 4, 5], true]);
  assert.deepEqual(await page({after: 5, limit: 3}), [[6, 7], false]);
  await member.close();
});

test('members counts the room and names some of it', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  const {count, members} = await ann.ask({type: 'members', room}, 'members');
  assert.equal(count, 2);
  assert.deepEqual(members.map(member => member.id).sort(), [ann.user.id, ben.user.id].sort());
  await ben.ask({type: 'leave', room}, 'ok');
  let left = 2;
  for (let tries = 0; left > 1 && tries < 50; tries++) { // the room may hear of it a little later than who left
    left = (await ann.ask({type: 'members', room}, 'members')).count;
  }
  assert.equal(left, 1);
  await Promise.all([ann.close(), ben.close()]);
});

test('ping is answered with pong', options, async () => {
  const member = await Member.in();
  assert.deepEqual(await member.ask({type: 'ping'}, 'pong'), {type: 'pong', id: 1 + 1});
  await member.close();
});

test('who comes back gets what was missed, then what is new', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  await ann.ask(send(room, 'seen'), 'ok');
  const [{seq, at}] = await ben.take(1);
  const since = {epoch: ben.joined.epoch, seq, at};
  await ben.close();
  await ann.ask(send(room, 'missed 1'), 'ok');
  await ann.ask(send(room, 'missed 2'), 'ok');

  const byJoin = await Member.in(room, {since});
  assert.deepEqual([byJoin.joined.recovered, byJoin.joined.seq], [true, 3]);
  const byConnect = await Member.open();
  const {rooms} = await byConnect.ask({type: 'connect', rooms: {[room]: since}}, 'connected');
  assert.deepEqual([rooms[room].recovered, rooms[room].seq], [true, 3]);
  await ann.ask(send(room, 'live'), 'ok');
  for (const member of [byJoin, byConnect]) {
    const messages = await member.take(3);
    assert.deepEqual(messages.map(message => message.data), ['missed 1', 'missed 2', 'live']);
    assert.deepEqual(seqs(messages), [2, 3, 4]);
  }
  const lost = await Member.in(room, {since: {...since, epoch: 'another'}, history: 2});
  assert.equal(lost.joined.recovered, false);
  assert.deepEqual((await lost.take(2)).map(message => message.data), ['missed 2', 'live']);
  await Promise.all([ann, byJoin, byConnect, lost].map(member => member.close()));
});

test('who hides hears nothing until it shows itself, and then everything in one frame', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  await ben.ask({type: 'hide'}, 'ok');
  for (const data of ['a', 'b']) { await ann.ask(send(room, data), 'ok'); }
  assert.equal((await ben.ask(send(room, 'c'), 'ok')).seq, 3);
  ben.messages.rest();
  assert.deepEqual((await ben.ask({type: 'show'}, 'shown')).rooms[room], {epoch: ann.joined.epoch, seq: 3, recovered: true, members: 2});
  assert.deepEqual((await ben.take(3)).map(message => message.data), ['a', 'b', 'c']);
  assert.equal(ben.messages.rest().length, 1);
  await ann.ask(send(room, 'd'), 'ok');
  assert.equal((await ben.take(1))[0].data, 'd');
  await Promise.all([ann.close(), ben.close()]);
});

test('a ticket makes a new connection the same user in the same rooms, and ends the old one', options, async () => {
  const room = newRoom();
  const [ann, old] = [await Member.in(room), await Member.open()];
  const first = await old.ask({type: 'connect', rooms: {[room]: null}}, 'connected');
  await ann.ask(send(room, 'seen'), 'ok');
  await old.take(1);
  await old.ask(send(room, 'x', {key: 'k'}), 'ok');
  const back = await Member.open();
  const second = await back.ask({type: 'connect', resume: first.resume}, 'connected');
  assert.deepEqual(second.user, first.user);
  assert.notEqual(second.resume, first.resume);
  assert.equal(second.rooms[room].members, 2);
  assert.equal((await back.ask(send(room, 'x', {key: 'k'}), 'ok')).duplicate, true);
  assert.equal((await old.closes.take(undefined, 'the close')).code, 4507);
  await Promise.all([ann.close(), back.close()]);
});

test('a signal reaches the others and is not kept', options, async () => {
  const room = newRoom();
  const [ann, ben] = [await Member.in(room), await Member.in(room)];
  ann.send(JSON.stringify({type: 'signal', room, data: {typing: true}}));
  const signal = await ben.next('signal');
  assert.deepEqual(signal, {type: 'signal', room, from: ann.user, data: {typing: true}});
  assert.deepEqual((await ann.ask({type: 'history', room}, 'history')).messages, []);
  await Promise.all([ann.close(), ben.close()]);
});

test('an error is a reply and the connection lives', options, async () => {
  const member = await Member.in();
  assert.equal((await member.ask({type: 'dance'}, 'error')).code, 'unknown_type');
  assert.equal((await member.ask({type: 'join', room: ''}, 'error')).code, 'bad_room');
  const notJoined = await member.ask(send(newRoom(), 'x'), 'error');
  assert.deepEqual([notJoined.code, notJoined.retryable], ['not_joined', false]);
  member.send('{"type":');
  assert.equal((await member.next('error')).code, 'bad_request');
  await member.ask({type: 'ping'}, 'pong');
  await member.close();
});

test('a second connect is misuse: bye, then the close', options, async () => {
  const member = await Member.in();
  member.send(JSON.stringify({type: 'connect'}));
  const bye = await member.next('bye');
  assert.deepEqual([bye.code, bye.reconnect], [4501, false]);
  assert.equal((await member.closes.take()).code, 4501);
});

test('a binary frame on the JSON encoding is closed with 1003', options, async () => {
  const member = await Member.in();
  member.send(new ArrayBuffer(3));
  assert.equal((await member.closes.take()).code, 1003);
});

test('plain pages and JSON members of one room understand each other', options, async () => {
  const room = newRoom();
  const member = await Member.in(room);
  const page = await Page.open({query: `?room=${room}`});
  const {buffer} = Uint8Array.of(0, 200, 255);

  page.send('来自 plain');
  page.send(buffer);
  const [text, binary] = await member.take(2);
  assert.deepEqual([text.data, text.binary], ['来自 plain', undefined]);
  assert.deepEqual([binary.data, binary.binary], [undefined, 'AMj/']);
  assert.deepEqual(text.from, binary.from);
  assert.equal(await page.messages.take(), '来自 plain');
  assert.deepEqual(await page.messages.take(), buffer);

  await member.ask(send(room, 'just "text"'), 'ok');
  member.send(`{"type":"send","room":"${room}","data":{ "text": "你好" }}`);
  await member.ask({type: 'send', room, binary: 'AMj/'}, 'ok');
  assert.equal(await page.messages.take(), 'just "text"');
  assert.equal(await page.messages.take(), '{ "text": "你好" }');
  assert.deepEqual(await page.messages.take(), buffer);
  assert.deepEqual(seqs(await member.take(3)), [3, 4, 5]);
  await Promise.all([member.close(), page.close()]);
});
