// Chromium for the tests: Debian's, headless, kept off every network but loopback.
import {createReadStream} from 'node:fs';
import {stat} from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

/** Where builds and pictures go. */
export const TARGET = fileURLToPath(new URL('../../../target/e2e/', import.meta.url));

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];
const TYPES = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png', '.gif': 'image/gif'};

/** A new browser with an empty profile. */
export function launch(more = []) {
  return chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: [...QUIET, ...more]});
}

/** Serves the files of a folder on a free port of 127.0.0.1. */
export async function serve(folder) {
  const server = http.createServer(async (request, response) => {
    const {pathname} = new URL(request.url, 'http://localhost');
    const file = path.join(folder, path.normalize(pathname.endsWith('/') ? pathname + 'index.html' : pathname));
    const found = await stat(file).then(entry => entry.isFile(), () => false);
    response.writeHead(found ? 200 : 404, {'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream'});
    found ? createReadStream(file).pipe(response) : response.end();
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() { server.closeAllConnections(); server.close(); },
  };
}
