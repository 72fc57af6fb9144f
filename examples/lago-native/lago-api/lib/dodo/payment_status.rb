# frozen_string_literal: true

module Dodo
  # Dodo's payment statuses in Lago's words, and the rule that a payment only ever moves forward.
  module PaymentStatus
    SUCCESS = %w[succeeded].freeze
    FAILED = %w[failed cancelled].freeze
    # Money that is neither nothing nor the whole: nobody but a person can say what it pays.
    PARTIAL = %w[partially_captured].freeze

    RANK = {"pending" => 0, "processing" => 1, "failed" => 2, "succeeded" => 3}.freeze

    module_function

    # @param status [String, nil] null right after creation
    # @return [String] "succeeded", "failed" or "processing"; a status nobody knows yet is still open
    def to_lago(status)
      return "succeeded" if SUCCESS.include?(status)
      return "failed" if FAILED.include?(status)

      "processing"
    end

    def partial?(status)
      PARTIAL.include?(status)
    end

    # Webhooks come late, twice and out of order. A failure may turn into a success (the customer tried another
    # card on the same page); a success never turns into anything.
    # @return [String] the Lago status to keep
    def advance(current, incoming)
      (RANK.fetch(incoming) > RANK.fetch(current || "pending")) ? incoming : (current || "pending")
    end
  end
end
