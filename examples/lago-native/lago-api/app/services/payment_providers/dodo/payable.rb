# frozen_string_literal: true

module PaymentProviders
  module Dodo
    # Finds what a Dodo payment was made for, from the metadata that every session and charge of ours carries.
    class Payable
      SERVICES = {
        "Invoice" => "Invoices::Payments::DodoService",
        "PaymentRequest" => "PaymentRequests::Payments::DodoService"
      }.freeze

      def self.metadata(payable, **extra)
        ::Dodo::Metadata.build(
          lago_organization_id: payable.organization_id,
          lago_customer_id: payable.customer_id,
          lago_payable_type: payable.class.name,
          lago_payable_id: payable.id,
          lago_invoice_id: (payable.id if payable.is_a?(Invoice)),
          **extra
        )
      end

      # @return [Invoice, PaymentRequest, nil] nil when the payment is none of ours: one Dodo account may serve several
      def self.find(metadata, organization_id:)
        type = metadata["lago_payable_type"] || "Invoice"
        id = metadata["lago_payable_id"] || metadata["lago_invoice_id"]
        return unless id && SERVICES.key?(type)

        type.constantize.find_by(id:, organization_id:)
      end

      def self.service(payable)
        SERVICES.fetch(payable.class.name).constantize.new(payable)
      end

      def self.due_cents(payable)
        payable.is_a?(Invoice) ? payable.total_due_amount_cents : payable.total_amount_cents
      end
    end
  end
end
