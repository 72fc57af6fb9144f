import { baseAddress, webAddress } from '../kinds/address.ts'
import { choice, currency, matching, wholeNumber } from '../kinds/scalar.ts'
import { hmacSecret } from '../kinds/secret.ts'
import { setting } from '../setting.ts'

/** Credits that Dodo's largest amount, a 32-bit number of cents, buys; one cent is 10,000 credits. */
const MOST_CREDITS = 2_147_483_647 * 10_000

export const topupSettings = {
  balance: setting({
    name: 'BALANCE',
    group: 'Top-ups',
    kind: choice(['lago', 'ledger', 'off']),
    default: 'off',
    meaning:
      'Where the credits of a top-up go: Lago wallets, a ledger in this database, or no top-ups at all',
    where: 'your own choice',
  }),
  currency: setting({
    name: 'DODO_CURRENCY',
    group: 'Top-ups',
    kind: currency,
    default: 'usd',
    also: 'with top-ups on, a product must serve it',
    meaning: 'The currency top-ups are paid in',
    where: 'the currency of the product in Dodo, Products',
  }),
  userTokenSecret: setting({
    name: 'USER_TOKEN_SECRET',
    group: 'Top-ups',
    kind: hmacSecret,
    secret: true,
    also: 'with top-ups on, exactly one of this and `USER_TOKEN_JWKS_URL`',
    meaning: 'The secret that signs user tokens with HS256',
    where: '`openssl rand -base64 48`; shared with the application that issues the tokens',
  }),
  userTokenJwksUrl: setting({
    name: 'USER_TOKEN_JWKS_URL',
    group: 'Top-ups',
    kind: webAddress,
    also: 'https in live mode; with top-ups on, exactly one of this and `USER_TOKEN_SECRET`',
    meaning: 'The public keys that user tokens are verified with',
    where: 'the JWKS address of the application or identity provider that issues the tokens',
  }),
  userTokenAudience: setting({
    name: 'USER_TOKEN_AUDIENCE',
    group: 'Top-ups',
    kind: matching(/^[\x21-\x7e]{1,200}$/, 'at most 200 printable characters, without spaces'),
    default: 'lago-dodo-bridge',
    meaning: 'The audience a user token must name',
    where: 'the `aud` claim that the issuer of the tokens writes',
  }),
  cityBaseUrl: setting({
    name: 'DOWNCITY_CITY_BASE_URL',
    group: 'Top-ups',
    kind: baseAddress(),
    defaultInWords: '`PUBLIC_URL`; in test mode without it, the address of the request',
    also: 'https in live mode',
    meaning: 'The address of the pages a buyer returns to',
    where: 'the address that buyers reach this service by, if it is not `PUBLIC_URL`',
  }),
  minCredits: setting({
    name: 'TOPUP_MIN_CREDITS',
    group: 'Top-ups',
    kind: wholeNumber(10_000, MOST_CREDITS),
    default: '500000',
    meaning: 'The least credits of one top-up; 1,000,000 credits are 1 USD',
    where: "your own choice; Dodo's least charge is 0.50 USD",
  }),
  maxCredits: setting({
    name: 'TOPUP_MAX_CREDITS',
    group: 'Top-ups',
    kind: wholeNumber(10_000, MOST_CREDITS),
    default: '10000000000',
    also: 'not less than `TOPUP_MIN_CREDITS`',
    meaning: 'The most credits of one top-up',
    where: 'your own choice; the default is 10,000 USD',
  }),
  maxOpen: setting({
    name: 'TOPUP_MAX_OPEN',
    group: 'Top-ups',
    kind: wholeNumber(1, 10_000),
    default: '20',
    meaning: 'The most unpaid top-ups of one user',
    where: 'your own choice',
  }),
}
