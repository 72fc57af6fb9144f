# frozen_string_literal: true

module PaymentProviders
  module Dodo
    module Payments
      # Finds out whether a charge whose answer was lost was made. The state is :made, :not_made or :unknown.
      class ResolveService < BaseService
        Result = BaseResult[:payment, :state]

        # Dodo may list a payment a while after it was made; only silence longer than this means that there is none.
        GRACE = 30.minutes
        CLOCK_DIFFERENCE = 1.hour

        def initialize(payment:)
          @payment = payment

          super
        end

        def call
          result.payment = payment
          result.state = state
          result
        end

        private

        attr_reader :payment

        def state
          return :made if payment.provider_payment_id.present?
          return :not_made unless intent

          found = search
          return give_up if found.nil? && started_at < GRACE.ago
          return :unknown if found.nil?

          PaymentProviders::Dodo::ApplyPaymentService.call!(
            payment_provider: payment.payment_provider, provider_payment_id: found.fetch("payment_id")
          )
          :made
        end

        def search
          ::Dodo::Search.new(payment.payment_provider.client).payment(
            subscription_id: intent.fetch("subscription_id"),
            metadata: {lago_payment_id: payment.id},
            since: (started_at - CLOCK_DIFFERENCE).utc.iso8601
          )
        end

        # The failed row frees the payable; the next attempt is a row, and so a key, of its own.
        def give_up
          payment.update!(status: "not_made", error_code: "charge_not_made", payable_payment_status: "failed")
          PaymentProviders::Dodo::Payable.service(payment.payable).charge_not_made
          :not_made
        end

        def intent
          payment.provider_payment_data&.dig("dodo_intent")
        end

        def started_at
          Time.zone.parse(intent.fetch("at"))
        end
      end
    end
  end
end
