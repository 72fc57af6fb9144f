# frozen_string_literal: true

module Dodo
  # What may be done after a payment failed with `error_code` (Dodo docs, transaction failures).
  # Dodo's "soft" declines are not the same as "try again unattended": most need the customer.
  module Decline
    # The same payment method will not work again.
    HARD = %w[
      CARD_DECLINED DO_NOT_HONOR EXPIRED_CARD FRAUDULENT INVALID_ACCOUNT LOST_CARD MANDATE_REQUIRED_SYSTEM
      PAYMENT_METHOD_PROVIDER_DECLINED PAYMENT_METHOD_UNSUPPORTED PICKUP_CARD PROVIDER_UNSUPPORTED
      REVOCATION_OF_AUTHORIZATION STOLEN_CARD TRANSACTION_NOT_ALLOWED TRANSACTION_NOT_APPROVED
    ].freeze

    # May pass later without anybody doing anything.
    TRANSIENT = %w[
      CARD_VELOCITY_EXCEEDED GENERIC_DECLINE INSUFFICIENT_FUNDS LIMIT_EXCEEDED NETWORK_ERROR NETWORK_TIMEOUT
      ORDER_CREATION_FAILED PROCESSING_ERROR REENTER_TRANSACTION TRY_AGAIN_LATER UNKNOWN_ERROR
    ].freeze

    # May pass if the customer does something: authenticates, types the right digits, gives a new mandate.
    NEEDS_CUSTOMER = %w[
      AUTHENTICATION_FAILURE AUTHENTICATION_REQUIRED AUTHENTICATION_TIMEOUT CARD_NOT_ACTIVATED CUSTOMER_CANCELLED
      INCORRECT_CVC INCORRECT_NUMBER INVALID_AMOUNT INVALID_CARD_NUMBER INVALID_CARD_OWNER INVALID_CVC
      INVALID_EXPIRY_YEAR INVALID_PIN INVALID_REQUEST INVALID_UPI_ID LIVE_MODE_TEST_CARD MANDATE_INVALID
      MANDATE_REQUIRED
    ].freeze

    # Days to wait before attempts 2, 3 and 4: Dodo's guidance for on-demand charges.
    DEFAULT_RETRY_DAYS = [3, 7, 7].freeze

    module_function

    # @return [Symbol] :hard, :needs_customer or :transient; an unknown code is transient, and the schedule caps it
    def classify(error_code)
      return :hard if HARD.include?(error_code)
      return :needs_customer if NEEDS_CUSTOMER.include?(error_code)

      :transient
    end

    # @param attempt [Integer] how many attempts were made, 1 after the first
    # @return [Integer, nil] days until the next unattended attempt, nil when there is none
    def next_attempt_in_days(error_code, attempt:, schedule: DEFAULT_RETRY_DAYS)
      return unless classify(error_code) == :transient

      schedule[attempt - 1] if attempt.positive?
    end
  end
end
