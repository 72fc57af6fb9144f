# frozen_string_literal: true

module Dodo
  # Body of POST /subscriptions/:id/charge (Dodo API reference, on-demand subscriptions).
  module ChargeBody
    module_function

    # @param amount_cents [Integer] Lago subunits; the whole amount, not per unit
    # @param description [String] appears on the invoice Dodo sends to the customer
    def build(amount_cents:, currency:, description:, metadata:)
      {
        product_price: Money.chargeable(amount_cents, currency),
        product_currency: currency.upcase,
        product_description: description,
        # Left out, Dodo copies the mandate's metadata, which names whatever invoice the mandate was made with.
        metadata: Metadata.build(metadata)
      }
    end
  end
end
