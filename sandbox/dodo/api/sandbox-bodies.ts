import type { CountryCode } from 'dodopayments/resources/misc'
import { z } from 'zod'
import type { Fault } from '../../kernel/faults.ts'
import { isCountry } from '../countries.ts'
import { metadata } from '../schemas.ts'

const country = z.custom<CountryCode>(
  code => typeof code === 'string' && isCountry(code),
  'unknown country code',
)
const amount = z.int().min(0)
const ended = z.enum(['succeeded', 'failed', 'cancelled', 'requires_customer_action'])
const afterMs = z.number().min(0)

const refundScript = z.object({
  initial: z.enum(['succeeded', 'failed', 'pending', 'review']),
  final: z.enum(['succeeded', 'failed']).optional(),
  afterMs: afterMs.optional(),
})

/** What the sandbox's own controls read. */
export const bodies = {
  pay: z.object({
    outcome: z.enum([...ended.options, 'processing']).optional(),
    errorCode: z.string().optional(),
    card: z.string().optional(),
    paymentMethodType: z.string().optional(),
    amountOverride: amount.optional(),
    currencyOverride: z.string().optional(),
    country: country.optional(),
    taxId: z.string().optional(),
    amount: amount.optional(),
    email: z.string().optional(),
    name: z.string().optional(),
  }),
  settle: z.object({ outcome: ended, errorCode: z.string().optional() }),
  refund: z.object({ amount: amount.optional(), script: refundScript.optional() }),
  refunds: z.object({ key: z.string().default('*'), scripts: z.array(refundScript) }),
  settleRefund: z.object({ outcome: z.enum(['succeeded', 'failed']) }),
  dispute: z.object({
    amount: amount.optional(),
    stage: z.enum(['pre_dispute', 'dispute', 'pre_arbitration']).optional(),
    reason: z.string().optional(),
    rdr: z.boolean().optional(),
  }),
  resolveDispute: z.object({
    outcome: z.enum(['expired', 'accepted', 'cancelled', 'challenged', 'won', 'lost']),
    remarks: z.string().optional(),
  }),
  foreignPayment: z.object({
    amount,
    currency: z.string(),
    metadata: metadata.optional(),
    status: z.enum(['succeeded', 'failed', 'cancelled', 'processing']).optional(),
    errorCode: z.string().optional(),
    customerId: z.string().optional(),
    email: z.string().optional(),
    country: country.optional(),
    productId: z.string().optional(),
  }),
  mandate: z.object({
    productId: z.string(),
    customerId: z.string().optional(),
    email: z.string().optional(),
    name: z.string().optional(),
    country: country.optional(),
    metadata: metadata.optional(),
    card: z.string().optional(),
  }),
  subscription: z.object({ status: z.enum(['on_hold', 'cancelled', 'expired', 'active']) }),
  charges: z.object({
    key: z.string().default('*'),
    scripts: z.array(
      z.object({
        outcome: z.enum([...ended.options, 'hang']),
        errorCode: z.string().optional(),
        afterMs: afterMs.optional(),
        announceProcessing: z.boolean().optional(),
      }),
    ),
  }),
  event: z.object({ type: z.string(), payloadType: z.string(), data: z.looseObject({}) }),
  advance: z.object({ ms: z.number().min(0) }),
  fault: z.object({
    method: z.string().optional(),
    path: z.string().describe('`*` stands for one segment; a leading `~` makes it a regular expression'),
    times: z.int().min(1).optional(),
    chance: z.number().min(0).max(1).optional(),
    fault: z.custom<Fault>(
      value =>
        z
          .looseObject({ kind: z.enum(['status', 'slow', 'reset', 'lost-answer', 'status-after', 'hang']) })
          .safeParse(value).success,
      'unknown fault',
    ),
  }),
  deliveries: z.object({
    beforeResponse: z.boolean().optional(),
    duplicate: z.int().min(1).optional(),
    shuffleMs: z.int().min(0).optional(),
    dropTypes: z.array(z.string()).nullish(),
    hold: z.boolean().optional(),
    release: z.enum(['sent', 'reversed', 'shuffled']).optional(),
  }),
}
