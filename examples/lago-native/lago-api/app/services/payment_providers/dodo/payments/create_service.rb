# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Payments
      # Charges a stored mandate. Called by Lago's payment services with a pending `payments` row, of which there is
      # never more than one for a payable.
      class CreateService < BaseService
        Result = BaseResult[:payment, :error_code, :error_message, :reraise, :should_retry]

        # Dodo allows one open charge for a mandate: a second invoice of the same customer waits its turn. With Indian
        # cards an open charge takes two days.
        BUSY = "PREVIOUS_PAYMENT_PENDING"
        BUSY_WAIT = 1.hour
        MAX_ATTEMPTS = 72

        def initialize(payment:, reference:, metadata:)
          @payment = payment
          @reference = reference
          @metadata = metadata
          @payable = payment.payable

          super
        end

        def call
          result.payment = payment
          intent ? resolve : attempt
        end

        private

        attr_reader :payment, :reference, :metadata, :payable

        def attempt
          return wait("checkout_in_progress", "the customer is paying by link") if checkout_in_progress?

          mandate = payment.payment_provider_customer.mandate_for(payment.amount_currency)
          return fail_with("no_mandate", "no Dodo mandate in #{payment.amount_currency}", :pending) unless mandate

          charge(mandate)
          result
        rescue ::Dodo::UnsupportedCurrency, ::Dodo::AmountOutOfRange, ::Dodo::InvalidMetadata => e
          # Left pending: it can be paid by other means, and no number of retries would help.
          fail_with(e.class.name.demodulize.underscore, e.message, :pending)
        rescue ::Dodo::RateLimited => e
          clear_intent
          raise Invoices::Payments::RateLimitError, e
        rescue ::Dodo::Unreachable => e
          clear_intent
          raise Invoices::Payments::ConnectionError, e
        rescue ::Dodo::OutcomeUnknown
          hold_until_known
        rescue ::Dodo::ApiError => e
          clear_intent
          (e.code == BUSY) ? wait(e.code, e.message) : fail_with(e.code, e.message, :failed)
        end

        def charge(mandate)
          payment.amount_cents = PaymentProviders::Dodo::Payable.due_cents(payable)
          body = ::Dodo::ChargeBody.build(
            amount_cents: payment.amount_cents,
            currency: payment.amount_currency,
            description: reference,
            metadata: metadata.merge(PaymentProviders::Dodo::Payable.metadata(payable, lago_payment_id: payment.id))
          )
          write_intent(mandate)
          accept(payment.payment_provider.client.charge(mandate.provider_method_id, body).fetch("payment_id"))
        end

        # On record before the call: whoever finds it asks Dodo what became of it, and does not charge again.
        def write_intent(mandate)
          payment.update!(
            provider_payment_data: {
              "dodo_intent" => {"subscription_id" => mandate.provider_method_id, "at" => Time.current.utc.iso8601}
            }
          )
        end

        def accept(provider_payment_id)
          payment.with_lock do
            # The webhook may have been faster, and knows more than this answer does.
            next if payment.provider_payment_id.present?

            payment.update!(provider_payment_id:, status: "processing", payable_payment_status: "processing")
          end
        end

        def intent
          payment.provider_payment_data&.dig("dodo_intent")
        end

        def clear_intent
          payment.update!(provider_payment_data: (payment.provider_payment_data || {}).except("dodo_intent"))
        end

        def resolve
          resolved = PaymentProviders::Dodo::Payments::ResolveService.call!(payment:)
          return hold_until_known if resolved.state == :unknown

          payment.reload
          result
        rescue ::Dodo::Error
          # The question failed, not the charge: its outcome is as unknown as before.
          hold_until_known
        end

        # "processing" keeps Lago from starting another attempt beside it.
        def hold_until_known
          payment.update!(status: "outcome_unknown", payable_payment_status: "processing")
          PaymentProviders::Dodo::ResolvePaymentJob.set(wait: 2.minutes).perform_later(payment)
          result
        end

        # Lago keeps one link a day for an invoice; its session may be in use at this moment.
        def checkout_in_progress?
          return false unless payable.is_a?(Invoice)

          PaymentIntent.active.where(invoice: payable).where.not(provider_session_id: nil).any? do |link|
            status = payment.payment_provider.client.checkout(link.provider_session_id)["payment_status"]
            %w[processing succeeded].include?(status)
          end
        end

        def wait(code, message)
          if payable.is_a?(Invoice) && payable.payment_attempts < MAX_ATTEMPTS
            Invoices::Payments::CreateJob.set(wait: BUSY_WAIT).perform_later(invoice: payable, payment_provider: :dodo)
          end
          fail_with(code, message, :pending)
        end

        def fail_with(code, message, payable_payment_status)
          payment.update!(status: "failed", error_code: code, payable_payment_status:)
          result.error_code = code
          result.error_message = message
          result.reraise = false
          result.service_failure!(code: "dodo_error", message:)
        end
      end
    end
  end
end
