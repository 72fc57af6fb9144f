# frozen_string_literal: true

module PaymentProviders
  module Dodo
    class HandleEventJob < ApplicationJob
      queue_as { ActiveModel::Type::Boolean.new.cast(ENV["SIDEKIQ_PAYMENTS"]) ? :payments : :providers }

      retry_on(*::Dodo::TRANSIENT, wait: :polynomially_longer, attempts: 10)
      # Two deliveries about a payment that has no row yet: the second finds the row of the first.
      retry_on ActiveRecord::RecordNotUnique, wait: 5.seconds, attempts: 3

      def perform(payment_provider:, event:)
        PaymentProviders::Dodo::HandleEventService.call!(payment_provider:, event:)
      end
    end
  end
end
