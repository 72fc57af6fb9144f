# frozen_string_literal: true

module CreditNotes
  module Refunds
    class DodoCreateJob < ApplicationJob
      queue_as :providers

      # Dodo takes one refund of a payment at a time, hence the patience. Nothing is repeated blindly: a run that
      # follows an unknown outcome begins by looking for the refund.
      retry_on(*::Dodo::TRANSIENT, ::Dodo::ApiError, wait: :polynomially_longer, attempts: 12)

      # A refusal is on the credit note and in a webhook already; failing the job would tell nobody more.
      def perform(credit_note)
        CreditNotes::Refunds::DodoService.new(credit_note).create
      end
    end
  end
end
