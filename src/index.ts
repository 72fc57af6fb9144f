/** What a host imports: the payment service, its Dodo provider, and the types that another provider or balance fills. */
export { PaymentService, type PaymentServiceOptions } from './payment-service.ts'
export { type DodoProviderOptions, dodoPaymentProvider } from './topup/dodo-provider.ts'
export type { AuthOptions, Identify, Identity } from './topup/identity.ts'
export type { PaymentGateway, PaymentProvider } from './topup/provider.ts'
export { Refusal } from './topup/refusal.ts'
export type {
  FinishNote,
  FinishTopup,
  ReadTopup,
  ReverseNote,
  ReverseTopup,
  TopupView,
} from './topup/topup.ts'
