// A real OpenID Connect provider (the certified oidc-provider) on loopback, for oidc.py.
//
//   node oidc_provider.mjs PORT REDIRECT_URI SECRET
//
// Prints one line of JSON when it listens. Its own development pages ask who one is: the login is
// the account. POST /test/rotate gives it other keys, POST /test/account changes what it says of
// somebody ({id, claims}).

import { generateKeyPair, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { promisify } from "node:util";

import Provider from "oidc-provider";

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const accounts = new Map();

async function newKey() {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg: "RS256", use: "sig" };
}

async function provider() {
  const made = new Provider(issuer, {
    clients: [{ client_id: "dialer", client_secret: secret, redirect_uris: [redirect] }],
    jwks: { keys: [await newKey()] },
    cookies: { keys: [randomUUID()] },
    claims: { email: ["email", "email_verified"], profile: ["preferred_username", "groups"] },
    conformIdTokenClaims: true,
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts.get(id) }),
    }),
  });
  return made.callback();
}

let serve = await provider();

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) {
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

createServer(async (request, response) => {
  if (request.url === "/test/rotate") {
    serve = await provider();
    response.end();
  } else if (request.url === "/test/account") {
    const { id, claims } = JSON.parse(await bodyOf(request));
    accounts.set(id, claims);
    response.end();
  } else {
    serve(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify({ port: Number(port) })));
