'use strict';
// Run with: node --test protocol/src/test/js
// What JavaScript sees in the golden vectors: the same as the Java codecs.
const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const FOLDER = path.join(__dirname, '../resources/io/magpie/protocol/vectors');

function vectors(file) {
  return JSON.parse(fs.readFileSync(path.join(FOLDER, file), 'utf8')).filter((v) => v.encoding === 'json');
}

/** The text of a frame; throws for bytes that are no UTF-8, as a browser does before a page sees the frame. */
function text(vector) {
  return 'frame' in vector
    ? vector.frame
    : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(vector.frame64, 'base64'));
}

/** Whether all that is expected is there; more may be, since unknown fields and nulls are left out of `decoded`. */
function assertHolds(actual, expected, where) {
  if (expected === null || typeof expected !== 'object') {
    assert.strictEqual(actual, expected, where);
    return;
  }
  assert.ok(actual !== null && typeof actual === 'object', where);
  assert.strictEqual(Array.isArray(actual), Array.isArray(expected), where);
  if (Array.isArray(expected)) {
    assert.strictEqual(actual.length, expected.length, where);
  }
  for (const key of Object.keys(expected)) {
    assertHolds(actual[key], expected[key], `${where}.${key}`);
  }
}

for (const file of ['client.json', 'server.json']) {
  for (const vector of vectors(file)) {
    test(`${file}: ${vector.name}`, () => {
      assert.deepStrictEqual(JSON.parse(text(vector)), vector.decoded);
      assert.strictEqual(JSON.stringify(vector.decoded), text(vector));
    });
  }
}

for (const vector of vectors('lenient.json')) {
  test(`lenient.json: ${vector.name}`, () => {
    const parsed = JSON.parse(text(vector));
    const expected = vector.decoded;
    assertHolds(Array.isArray(parsed) && !Array.isArray(expected) ? parsed[0] : parsed, expected, 'frame');
  });
}

for (const vector of vectors('malformed.json')) {
  test(`malformed.json: ${vector.name}`, () => {
    const parse = () => JSON.parse(text(vector));
    if (vector.parses) {
      assert.doesNotThrow(parse);
    } else {
      assert.throws(parse);
    }
  });
}

for (const vector of vectors('invalid.json')) {
  test(`invalid.json: ${vector.name}`, () => {
    const envelopes = [].concat(JSON.parse(text(vector)));
    assert.strictEqual(envelopes.length, vector.decoded.length);
    vector.decoded.forEach((expected, i) => {
      if ('id' in expected) {
        assert.strictEqual(envelopes[i].id, expected.id);
      }
    });
  });
}
