# frozen_string_literal: true

module Dodo
  # Lago knows one thing about disputes: lost. Opened and won ones change nothing there.
  module Dispute
    LOST = %w[dispute_lost dispute_accepted].freeze
    KEPT = %w[dispute_won dispute_cancelled].freeze

    module_function

    # Visa's rapid dispute resolution gives the money back without a dispute being argued and without a refund
    # object; it is on by default for small amounts, so it must count as lost.
    def lost?(dispute)
      status = dispute["dispute_status"]
      return true if LOST.include?(status)

      dispute["is_resolved_by_rdr"] == true && !KEPT.include?(status)
    end

    def reason(dispute)
      return "dodo_rapid_dispute_resolution" if dispute["is_resolved_by_rdr"]

      dispute["reason"] || dispute["dispute_status"]
    end
  end
end
