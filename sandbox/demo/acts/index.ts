import type { Act } from '../story.ts'
import { everythingIsDeliveredAgain } from './again.ts'
import { invoiceIsFinalized } from './invoice.ts'
import { customerFollowsTheLink } from './pay-link.ts'
import { cardIsDeclined, secondCardPays } from './payment.ts'
import { partIsRefunded } from './refund.ts'

/** The story, in order. */
export const ACTS: readonly Act[] = [
  invoiceIsFinalized,
  customerFollowsTheLink,
  cardIsDeclined,
  secondCardPays,
  partIsRefunded,
  everythingIsDeliveredAgain,
]
