import * as z from 'zod';
import { type AccessControl, countRefusal, refuseExhausted } from '../http/authorize.js';
import { clientOf } from '../http/client-address.js';
import { type Endpoint, endpoint, type Reply } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { endedSignInCookie, sessionCookie, signInCookie, signInOf } from '../http/session-cookie.js';
import { SignInError } from '../security/provider-sign-in.js';
import { noQuery, problems } from './common.js';

/** Path that an identity provider sends browsers back to. */
export const CALLBACK_PATH = '/api/v1/sign-in/callback';
const BEGIN_PATH = '/api/v1/sign-in/begin';
const END_PATH = '/api/v1/sign-in/end';

const offerSchema = z
  .object({
    provider: z
      .object({
        label: z.string().describe('Name of the identity provider.'),
        path: z.string().describe('Where a browser goes to sign in, with the path to go on at as `next`.'),
        sign_out_path: z
          .string()
          .nullable()
          .describe('Where a browser goes to sign out of the provider; null if that cannot be done.'),
      })
      .nullable()
      .describe('Null where people sign in with keys only.'),
  })
  .meta({ id: 'SignInOffer' });

const MAX_NEXT = 1_000;
/** A path of the dashboard: browsers read `//host` and `/\host` as another site, and leave out tabs and line breaks. */
const PATH_HERE = /^\/(?![/\\])[^\\\p{Cc}]*$/u;

const parameter = (most: number) => z.string().max(most).optional();

/** Places that a sign-in leads over. */
export interface SignInPlaces {
  readonly label: string;
  /** Origin of the dashboard. */
  readonly dashboard: string;
  /** True if browsers reach this server by HTTPS. */
  readonly isSecure: boolean;
}

/** Says how people may sign in. */
export function signInOfferEndpoint(
  { signIn }: Pick<AccessControl, 'signIn'>,
  places: SignInPlaces | undefined,
): Endpoint {
  return endpoint({
    method: 'get',
    path: '/api/v1/sign-in',
    operationId: 'signInOffer',
    summary: 'How people may sign in to the dashboard besides with a key',
    tag: 'Administration',
    access: 'public',
    query: noQuery,
    responses: { 200: { description: 'The identity provider, if there is one.', schema: offerSchema } },
    handle: async () => {
      if (!signIn || !places) return { json: { provider: null } };
      const canSignOut = await signIn.signOutAddress(places.dashboard).catch(() => undefined);
      const sign_out_path = canSignOut === undefined ? null : END_PATH;
      return { json: { provider: { label: places.label, path: BEGIN_PATH, sign_out_path } } };
    },
  });
}

/** Signing in by the identity provider, and out of it: all are visited by browsers, and lead on. */
export function signInEndpoints(control: AccessControl, places: SignInPlaces): Endpoint[] {
  const { signIn, sessions, signInLimiter, metrics } = control;
  if (!signIn) return [];
  const { isSecure, dashboard } = places;
  const toDashboard = (fields: Record<string, string>, cookies: readonly string[]): Reply => ({
    status: 303,
    headers: {
      location: `${dashboard}/sign-in?${new URLSearchParams(fields)}`,
      'cache-control': 'no-store',
      'set-cookie': cookies,
    },
  });
  const failed = ({ failure, next = '/' }: SignInError): Reply => {
    metrics.authentications.inc({ refusal: `sign-in-${failure}` });
    // One that is not known here may be another one's, which goes on.
    return toDashboard(
      { problem: failure, next },
      failure === 'expired' ? [] : [endedSignInCookie(isSecure)],
    );
  };
  const common = { method: 'get', tag: 'Administration', access: 'public' } as const;
  return [
    endpoint({
      ...common,
      path: BEGIN_PATH,
      operationId: 'beginSignIn',
      summary: 'Lead a browser to the identity provider',
      query: z.object({ next: z.string().optional().describe('Path of the dashboard to go on at.') }),
      responses: { 303: { description: 'To the identity provider.' }, ...problems(400, 429, 503) },
      handle: async ({ query: { next }, request }) => {
        const { allowed, resetSeconds } = await signInLimiter.consume(clientOf(request));
        if (!allowed) {
          throw new HttpProblem(429, 'rate-limited', 'Too many sign-ins began at this address.', {
            headers: { 'retry-after': String(resetSeconds) },
          });
        }
        try {
          const { address, text } = await signIn.begin(pathHere(next));
          const headers = {
            location: address,
            'cache-control': 'no-store',
            'set-cookie': signInCookie(text, isSecure),
          };
          return { status: 303, headers };
        } catch (error) {
          if (!(error instanceof SignInError)) throw error;
          return failed(error);
        }
      },
    }),
    endpoint({
      ...common,
      path: CALLBACK_PATH,
      operationId: 'finishSignIn',
      summary: 'Take a browser back from the identity provider, and open its session',
      query: z.object({
        state: parameter(200),
        code: parameter(4_000),
        iss: parameter(1_000),
        error: parameter(200),
      }),
      responses: { 303: { description: 'To the dashboard.' }, ...problems(400, 429, 503) },
      handle: async ({ query, request }) => {
        const begun = signInOf(request, isSecure);
        const address = clientOf(request);
        // A visit without a sign-in costs nothing, and any page may lead the browsers of an office here.
        if (begun !== undefined) await refuseExhausted(control, address);
        try {
          const { principal, endsAt, next } = await signIn.finish(begun, query);
          const { text, seconds } = await sessions.openFederated(principal, endsAt);
          const cookies = [sessionCookie(text, isSecure, seconds), endedSignInCookie(isSecure)];
          return toDashboard({ from: 'provider', next }, cookies);
        } catch (error) {
          if (!(error instanceof SignInError)) throw error;
          if (begun !== undefined && error.failure !== 'unavailable') await countRefusal(control, address);
          return failed(error);
        }
      },
    }),
    endpoint({
      ...common,
      path: END_PATH,
      operationId: 'signOutOfProvider',
      summary: 'Lead a browser to where the identity provider ends its own session',
      query: noQuery,
      responses: { 303: { description: 'To the identity provider, or to the dashboard.' }, ...problems(400) },
      handle: async () => {
        try {
          const location = await signIn.signOutAddress(`${dashboard}/sign-in`);
          return { status: 303, headers: { location: location ?? `${dashboard}/sign-in` } };
        } catch (error) {
          if (!(error instanceof SignInError)) throw error;
          return failed(error);
        }
      },
    }),
  ];
}

/** A path of the dashboard, whatever was asked for. */
function pathHere(next: string | undefined): string {
  return next !== undefined && next.length <= MAX_NEXT && PATH_HERE.test(next) ? next : '/';
}
