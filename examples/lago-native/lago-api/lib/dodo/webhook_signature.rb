# frozen_string_literal: true

require "base64"
require "openssl"

module Dodo
  # Standard Webhooks, symmetric scheme (https://www.standardwebhooks.com): HMAC-SHA256 over
  # "<webhook-id>.<webhook-timestamp>.<raw body>" with the base64-decoded secret.
  module WebhookSignature
    PREFIX = "whsec_"
    TOLERANCE_SECONDS = 300

    module_function

    # @param payload [String] the raw request body, byte for byte; JSON parsed and printed again will not verify
    # @param secrets [Array<String>] all that may be in use: the old one stays valid for a day after a rotation
    # @param now [Integer] unix seconds
    # @return [Boolean]
    def valid?(payload:, id:, timestamp:, signatures:, secrets:, now: Time.now.to_i)
      return false if id.to_s.empty? || !fresh?(timestamp, now)

      given = signatures.to_s.split(" ").filter_map { |entry| entry.delete_prefix("v1,") if entry.start_with?("v1,") }
      expected = secrets.filter_map { |secret| digest(payload:, id:, timestamp:, secret:) }
      # Every pair is compared, so that time tells nothing about which secret matched.
      expected.product(given).map { |ours, theirs| same?(ours, theirs) }.any?
    end

    # @return [String] one entry of a webhook-signature header, for tests and fakes
    def sign(payload:, id:, timestamp:, secret:)
      mac = digest(payload:, id:, timestamp:, secret:)
      raise ArgumentError, "not a Standard Webhooks secret" unless mac

      "v1,#{mac}"
    end

    # @return [String, nil] nil for a secret that is blank or not base64: it must never verify anything
    def digest(payload:, id:, timestamp:, secret:)
      key = decode(secret)
      return unless key

      content = "#{id}.#{timestamp}.".b + payload.to_s.b
      Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", key, content))
    end

    def decode(secret)
      key = Base64.strict_decode64(secret.to_s.strip.delete_prefix(PREFIX))
      key unless key.empty?
    rescue ArgumentError
      nil
    end

    def fresh?(timestamp, now)
      text = timestamp.to_s
      text.match?(/\A\d{1,12}\z/) && (now - text.to_i).abs <= TOLERANCE_SECONDS
    end

    def same?(ours, theirs)
      ours.bytesize == theirs.bytesize && OpenSSL.fixed_length_secure_compare(ours, theirs)
    end

    private_class_method :digest, :decode, :fresh?, :same?
  end
end
