# frozen_string_literal: true

module Dodo
  class Error < StandardError; end

  # The request never reached Dodo: sending it again is safe.
  class Unreachable < Error; end

  # A write was sent and no usable answer came back. Dodo has no idempotency keys, so it must be looked up
  # (see Dodo::Search) before it may be sent again.
  class OutcomeUnknown < Error; end

  # Dodo answered with a refusal. Branch on `code`: the documentation promises no HTTP status per code.
  class ApiError < Error
    attr_reader :status, :code

    def initialize(status:, code:, message:)
      @status = status
      @code = code
      super(message)
    end
  end

  # 429: refused before anything was done.
  class RateLimited < ApiError; end

  # What a job may try again later. For a write with an unknown outcome "again" begins with a search.
  TRANSIENT = [Unreachable, RateLimited, OutcomeUnknown].freeze

  class UnsupportedCurrency < Error; end

  class AmountOutOfRange < Error; end

  class MissingProduct < Error; end

  class InvalidMetadata < Error; end

  class NotRefundable < Error; end
end
