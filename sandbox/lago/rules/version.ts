/** A Lago release such as `1.41` or `1.39.2`, or `main`: what comes after the newest release. */
export type LagoVersion = 'main' | `${number}.${number}` | `${number}.${number}.${number}`

function parts(version: string): [number, number, number] {
  if (version === 'main') return [Infinity, 0, 0]
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, '').split('.').map(Number)
  if ([major, minor, patch].some(Number.isNaN)) throw new RangeError(`not a Lago version: ${version}`)
  return [major, minor, patch]
}

/** True when `version` is `floor` or later. */
export function atLeast(version: LagoVersion, floor: LagoVersion): boolean {
  const a = parts(version)
  const b = parts(floor)
  for (let i = 0; i < 3; i++) {
    const left = a[i] ?? 0
    const right = b[i] ?? 0
    if (left !== right) return left > right
  }
  return true
}

/** What changed when, by the first release that has it. Source: the tags of github.com/getlago/lago-api. */
export const since = {
  /** `organization.hmac_key` signs; before, the API key did. */
  ownHmacKey: '1.16.0',
  paymentsRoute: '1.19.0',
  /** Before, payments also needed the per-organization add-on `manual_payments`. */
  paymentsWithPlainLicence: '1.22.0',
  totalDueField: '1.22.0',
  failedMarksWalletTransaction: '1.24.0',
  billingEntityCode: '1.25.0',
  manualPaymentEmitsStatus: '1.30.0',
  voidPaidInvoice: '1.32.0',
  retryIsSilent: '1.33.2',
  organizationIdInEnvelope: '1.33.3',
  paymentsOnlyOnFinalized: '1.34.0',
  paymentAmountChecked: '1.35.0',
  invoiceIdOnWalletTransaction: '1.35.0',
  retryEmitsPaymentFailure: '1.37.0',
  creditNoteMetadata: '1.37.0',
  refundLimitedToPaid: '1.39.0',
  offsetCreditNotes: '1.40.0',
  totalPaidField: '1.41.0',
  eventTypesFilter: '1.44.0',
  readyToFinalizeEvent: '1.47.0',
  customersExternalIdFilter: '1.49.0',
  purchaseOrderNumber: '1.50.0',
  webUrl: '1.51.0',
  deleteDraft: '1.51.0',
  voidedRefusesUpdate: 'main',
} as const satisfies Record<string, LagoVersion>

export const has = (version: LagoVersion, change: keyof typeof since): boolean =>
  atLeast(version, since[change])
