/** What went wrong in a call, in words that can be shown as they are. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  readonly requestId: string | null;
  /** Where in the query the error lies, in bytes of its UTF-8 form. */
  readonly span: [number, number] | null;

  constructor(fields: { status: number; code: string; message: string; hint?: string | null; requestId?: string | null; span?: [number, number] | null }) {
    super(fields.message);
    this.name = 'ApiError';
    this.status = fields.status;
    this.code = fields.code;
    this.hint = fields.hint ?? null;
    this.requestId = fields.requestId ?? null;
    this.span = fields.span ?? null;
  }
}

const plain: Record<number, [string, string]> = {
  0: ['The server cannot be reached.', 'Check that Bartizan runs and that your network is up, then try again.'],
  401: ['You are signed out.', 'Sign in again.'],
  403: ['You are not allowed to do this.', 'Ask an administrator for a role that may.'],
  404: ['This is not there.', 'It may have been removed or merged.'],
  413: ['This file is too large for the server.', 'Split it, or import it with the command line.'],
  429: ['Too many tries.', 'Wait a minute, then try again.'],
};

/** Reads an error body of any shape; a body of an unknown shape still gives words. */
export function toApiError(status: number, body: unknown): ApiError {
  const [message, hint] = plain[status] ?? ['The server could not answer.', 'Try again. If it stays, tell an administrator.'];
  const inner = isRecord(body) && isRecord(body.error) ? body.error : {};
  return new ApiError({
    status,
    code: text(inner.code) ?? (status === 0 ? 'unavailable' : 'internal'),
    message: text(inner.message) ?? message,
    hint: text(inner.hint) ?? (text(inner.message) ? null : hint),
    requestId: text(inner.request_id),
    span: readSpan(inner.span),
  });
}

/** Any thrown thing as an ApiError. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({ status: 500, code: 'internal', message: error instanceof Error ? error.message : String(error), hint: null });
}

/** A span in UTF-8 bytes as a span in the characters that JavaScript counts. */
export function spanInCharacters(query: string, span: [number, number]): [number, number] {
  const at = (bytes: number) => new TextDecoder().decode(new TextEncoder().encode(query).slice(0, bytes)).length;
  return [at(span[0]), at(span[1])];
}

function readSpan(value: unknown): [number, number] | null {
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [start, end] = value as unknown[];
  return typeof start === 'number' && typeof end === 'number' ? [start, end] : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
