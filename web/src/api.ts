// The way to the engine: JSON in and out, errors as values with the words that people see.

import { signal } from "@preact/signals";

export type Role = "ops" | "agent" | "supervisor" | "compliance" | "admin";

export interface User {
  name: string;
  role: Role;
  agent: number | null;
  csrf?: string;
}

/** Why a request was not carried out; `field` names the part of it that was wrong. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field?: string,
    readonly retryAfterS?: number,
    /** All that the engine said of the error, for pages that know more of it. */
    readonly more: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** Who is signed in: undefined while that is being asked, null when nobody is. */
export const user = signal<User | null | undefined>(undefined);

function headers(body: boolean): HeadersInit {
  const found: Record<string, string> = {};
  if (body) {
    found["Content-Type"] = "application/json";
  }
  const csrf = user.value?.csrf;
  if (csrf) {
    found["X-CSRF-Token"] = csrf;
  }
  return found;
}

async function errorOf(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get("Retry-After") ?? NaN);
  try {
    const { error } = await response.json();
    return new ApiError(response.status, error.code, error.message, error.field,
      Number.isFinite(retry) ? retry : undefined, error);
  } catch {
    return new ApiError(response.status, "unknown", response.statusText);
  }
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) {
    const error = await errorOf(response);
    if (response.status === 401 && user.value) {
      user.value = null; // the session is over: the sign-in page takes its place
    }
    throw error;
  }
  if (response.status === 204) {
    return undefined as T;
  }
  return (await response.json()) as T;
}

async function send<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", ...init });
  } catch {
    throw new ApiError(0, "unreachable", "");
  }
  return answer<T>(response);
}

type Params = Record<string, string | number | boolean | undefined>;

export function query(params: Params): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : "";
}

export function get<T>(path: string, params: Params = {}): Promise<T> {
  return send<T>(path + query(params), { headers: headers(false) });
}

export function post<T = void>(path: string, body: object = {}): Promise<T> {
  return send<T>(path, { method: "POST", headers: headers(true), body: JSON.stringify(body) });
}

export interface Uploaded {
  upload: string;
  name: string;
  bytes: number;
}

/** Sends a file as it is; `onProgress` is told the share that is sent, 0 to 1. */
export function upload(file: File, onProgress: (share: number) => void,
  signal?: AbortSignal): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    // fetch() tells nothing about how far a body is.
    const request = new XMLHttpRequest();
    request.open("POST", `/api/uploads${query({ name: file.name })}`);
    for (const [name, value] of Object.entries(headers(false))) {
      request.setRequestHeader(name, value as string);
    }
    request.upload.onprogress = (event) => onProgress(event.loaded / Math.max(event.total, 1));
    request.onerror = () => reject(new ApiError(0, "unreachable", ""));
    request.onabort = () => reject(new ApiError(0, "aborted", ""));
    request.onload = () => {
      const response = new Response(request.responseText, { status: request.status });
      answer<Uploaded>(response).then(resolve, reject);
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** Asks who is signed in. */
export async function loadUser(): Promise<void> {
  try {
    user.value = await get<User>("/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) {
      user.value = null;
      return;
    }
    throw error;
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  user.value = await post<User>("/api/sign-in", { name, password });
}

/** How one may sign in beside name and password. */
export interface SignInWays {
  oidc: { label: string } | null;
}

export async function signOut(): Promise<void> {
  try {
    await post("/api/sign-out");
  } finally {
    user.value = null;
  }
}
