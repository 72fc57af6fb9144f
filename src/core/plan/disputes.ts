import type { DisputeFact, Facts, InvoiceFact } from '../facts.ts'
import { findIntent } from '../intent.ts'
import { formatMoney, money } from '../money.ts'
import type { Attention } from '../park.ts'
import type { Step } from '../steps.ts'
import { recordedOf } from './money-received.ts'
import { DAY_MS, later } from './types.ts'

/** The customer has the money back. A rapid resolution arrives as lost, with no refund beside it. */
export const isLost = ({ status }: DisputeFact): boolean =>
  status === 'dispute_lost' || status === 'dispute_accepted'

const isOpen = ({ status }: DisputeFact): boolean =>
  status === 'dispute_opened' || status === 'dispute_challenged'

/** Dodo gives ten days to answer, and does not send the date. Source: Dodo documentation, disputes. */
const ANSWER_DAYS = 10

const answerBy = ({ createdAt }: DisputeFact): string =>
  later(createdAt, ANSWER_DAYS * DAY_MS)
    .toISOString()
    .slice(0, 10)

/** A refund beside a dispute could give the same money back twice. */
export const isDisputed = (facts: Facts, paymentId: string): boolean =>
  facts.disputes.some(d => d.paymentId === paymentId && (isOpen(d) || isLost(d)))

/** Open disputes are shown; a lost one is told to Lago, once. Lago has no word for one that was won. */
export function disputes(facts: Facts, invoice: InvoiceFact): { steps: Step[]; attention: Attention[] } {
  const steps: Step[] = []
  const attention: Attention[] = []
  for (const dispute of facts.disputes) {
    const disputed = formatMoney(money(dispute.amount, dispute.currency))
    const detail = `${disputed} of payment ${dispute.paymentId}, stage ${dispute.stage}, answer by ${answerBy(dispute)}`
    if (isOpen(dispute)) attention.push({ reason: 'dispute_open', about: dispute.id, detail })
    if (!isLost(dispute) || recordedOf(facts, dispute.paymentId) === 0n || invoice.disputeLost) continue
    const intent = findIntent(facts.intents, 'lose-dispute', dispute.id)
    if (intent?.state === 'refused')
      attention.push({
        reason: 'dispute_refused',
        about: dispute.id,
        detail: intent.result['message'] ?? detail,
      })
    else if (intent?.state !== 'done')
      steps.push({ verb: 'lose-dispute', key: dispute.id, disputeId: dispute.id })
  }
  return { steps: steps.slice(0, 1), attention }
}
