// The credentials of this browser's phone: good for minutes, asked for again in time.

import { ApiError, get } from "../api";

/** What GET /api/agent/phone answers. */
export interface PhoneLogin {
  url: string;
  realm: string;
  user: string;
  login: string;
  password: string;
  expires_at: string;
  expires_in_s: number;
}

const RETRY_MS = 5_000;

/** Nothing where the site has no browser phones. */
export async function askLogin(): Promise<PhoneLogin | null> {
  try {
    return await get<PhoneLogin>("/api/agent/phone");
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      return null;
    }
    throw error;
  }
}

/**
 * Keeps credentials fresh until the returned function is called. `take` gets each new one; `over`
 * is called when there will be no more: nobody is signed in.
 */
export function keepFresh(first: PhoneLogin, take: (login: PhoneLogin) => void,
  over: () => void): () => void {
  let stopped = false;
  let timer = 0;
  const later = (ms: number) => {
    timer = window.setTimeout(() => void renew(), ms);
  };
  const renew = async () => {
    try {
      const login = await askLogin();
      if (stopped) {
        return;
      }
      if (login === null) {
        over();
        return;
      }
      take(login);
      later(halfLife(login));
    } catch (error) {
      if (stopped) {
        return;
      }
      const signedOut = error instanceof ApiError && [401, 403].includes(error.status);
      if (signedOut) {
        over();
      } else {
        later(RETRY_MS);
      }
    }
  };
  later(halfLife(first));
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function halfLife(login: PhoneLogin): number {
  return login.expires_in_s * 500;
}
