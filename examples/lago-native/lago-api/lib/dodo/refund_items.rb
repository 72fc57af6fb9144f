# frozen_string_literal: true

module Dodo
  # Body of POST /refunds (Dodo API reference, create refund). There is no amount at the top of it: a partial refund
  # names line items, gross of tax.
  module RefundItems
    MAX_REASON = 3_000

    module_function

    # @param amount_cents [Integer] Lago subunits to give back, tax included
    # @param line_items [Array<Hash>] `items` of GET /payments/:id/line-items
    # @raise [NotRefundable] when the lines cannot give that much back
    def body(payment_id:, amount_cents:, currency:, line_items:, metadata:, reason: nil)
      amount = Money.to_dodo(amount_cents, currency)
      {
        payment_id:,
        items: items(amount, line_items),
        reason: reason&.slice(0, MAX_REASON),
        metadata: Metadata.build(metadata)
      }.compact
    end

    # @return [Array<Hash>, nil] nil for the whole payment: some payment methods refuse anything but a full refund
    def items(amount, line_items)
      refundable = line_items.sum { |line| line["refundable_amount"] }
      raise NotRefundable, "nothing to refund" unless amount.positive?
      raise NotRefundable, "#{amount} asked, #{refundable} refundable" if amount > refundable
      return if amount == refundable && line_items.all? { |line| line["refundable_amount"] == line["amount"] }

      left = amount
      line_items.filter_map do |line|
        share = [left, line["refundable_amount"]].min
        left -= share
        # The line calls it items_id, the refund item_id.
        {item_id: line.fetch("items_id"), amount: share, tax_inclusive: true} if share.positive?
      end
    end
  end
end
