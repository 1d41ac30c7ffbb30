import { describe, expect, it } from 'vitest';
import { asApiError, spanInCharacters, toApiError } from '../../src/api/errors';
import { nounsOf } from '../../src/api/live';
import { url } from '../../src/api/http';

describe('errors', () => {
  it('keep what the server says', () => {
    const error = toApiError(404, { error: { code: 'not_found', message: 'There is no exposure 99.', hint: 'Search.', request_id: '01J' } });
    expect(error).toMatchObject({ status: 404, code: 'not_found', message: 'There is no exposure 99.', hint: 'Search.', requestId: '01J', span: null });
  });
  it.each([[null], ['<html>'], [{ error: 'text' }], [{ error: { message: 7 } }], [[]]])('have words for a body such as %j', (body) => {
    const error = toApiError(502, body);
    expect(error.message).toBe('The server could not answer.');
    expect(error.hint).not.toBeNull();
  });
  it('say that the server is not there', () => {
    expect(toApiError(0, null).message).toBe('The server cannot be reached.');
    expect(asApiError(new TypeError('a fault of ours')).message).toBe('a fault of ours');
  });
  it('read a span and count it in characters', () => {
    expect(toApiError(400, { error: { code: 'bad_query', message: 'x', span: [3, 7] } }).span).toEqual([3, 7]);
    expect(toApiError(400, { error: { code: 'bad_query', message: 'x', span: ['3', 7] } }).span).toBeNull();
    const query = 'asset:é colour:x';
    expect(spanInCharacters(query, [9, 15])).toEqual([8, 14]);
  });
});

describe('addresses', () => {
  it('leave out what is not asked', () => {
    expect(url('/exposures/export', { q: 'a:"b&c"', format: 'csv', scope: undefined })).toBe('/api/v1/exposures/export?q=a%3A%22b%26c%22&format=csv');
  });
});

describe('events', () => {
  it('tell which nouns changed; an unknown kind may have changed any', () => {
    expect(nounsOf('decision.revoked')).toContain('exposures');
    expect(nounsOf('feed_loaded')).toContain('feeds');
    expect(nounsOf('something')).toContain('exposures');
  });
});
