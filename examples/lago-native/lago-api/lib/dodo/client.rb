# frozen_string_literal: true

require "json"
require "net/http"
require "openssl"
require "uri"

module Dodo
  # The dozen endpoints the provider needs. Reads are repeated; writes are sent once and never again by this class,
  # because Dodo's API has no idempotency keys: a repeated POST is a second charge.
  class Client
    BASE_URLS = {
      "test_mode" => "https://test.dodopayments.com",
      "live_mode" => "https://live.dodopayments.com"
    }.freeze

    READ_ATTEMPTS = 3
    CONNECT_ERRORS = [SocketError, SystemCallError, Net::OpenTimeout, OpenSSL::SSL::SSLError].freeze
    ANSWER_ERRORS = [
      Net::ReadTimeout, Net::WriteTimeout, Net::HTTPBadResponse, EOFError, IOError, SystemCallError,
      OpenSSL::SSL::SSLError
    ].freeze

    # @param environment [String] no default: Dodo's own is live
    # @param base_url [String, nil] only for tests against a fake
    def initialize(api_key:, environment:, base_url: nil, open_timeout: 5, read_timeout: 20, pause: ->(s) { sleep(s) })
      @api_key = api_key
      @base_url = base_url || BASE_URLS.fetch(environment)
      @open_timeout = open_timeout
      @read_timeout = read_timeout
      @pause = pause
    end

    def create_checkout(body) = post("/checkouts", body)

    def checkout(id) = get("/checkouts/#{segment(id)}")

    def payment(id) = get("/payments/#{segment(id)}")

    def line_items(payment_id) = get("/payments/#{segment(payment_id)}/line-items")

    def payments(**query) = get("/payments", query)

    def charge(subscription_id, body) = post("/subscriptions/#{segment(subscription_id)}/charge", body)

    def create_refund(body) = post("/refunds", body)

    def refund(id) = get("/refunds/#{segment(id)}")

    def create_customer(body) = post("/customers", body)

    def customers(**query) = get("/customers", query)

    def product(id) = get("/products/#{segment(id)}")

    private

    def get(path, query = {})
      uri = URI("#{@base_url}#{path}")
      uri.query = URI.encode_www_form(query.compact) unless query.compact.empty?
      attempt = 0
      begin
        attempt += 1
        exchange(Net::HTTP::Get.new(uri))
      rescue Unreachable, OutcomeUnknown, RateLimited => e
        raise if attempt >= READ_ATTEMPTS && !e.is_a?(OutcomeUnknown)
        raise Unreachable, e.message if attempt >= READ_ATTEMPTS

        @pause.call(0.5 * (2**(attempt - 1)))
        retry
      end
    end

    def post(path, body)
      request = Net::HTTP::Post.new(URI("#{@base_url}#{path}"))
      request.body = JSON.generate(body)
      request["Content-Type"] = "application/json"
      exchange(request)
    end

    def exchange(request)
      request["Authorization"] = "Bearer #{@api_key}"
      request["Accept"] = "application/json"
      http = connect(request.uri)
      begin
        read(http.request(request))
      rescue *ANSWER_ERRORS => e
        raise OutcomeUnknown, "#{request.method} #{request.path}: #{e.class}"
      ensure
        http.finish if http.started?
      end
    end

    # Connecting is apart from sending: what fails here was certainly not executed.
    def connect(uri)
      http = Net::HTTP.new(uri.host, uri.port)
      http.use_ssl = uri.scheme == "https"
      http.open_timeout = @open_timeout
      http.read_timeout = @read_timeout
      http.max_retries = 0
      http.start
    rescue *CONNECT_ERRORS => e
      raise Unreachable, "#{uri.host}: #{e.class}"
    end

    def read(response)
      status = response.code.to_i
      parsed = parse(response.body)
      return parsed if status.between?(200, 299) && parsed

      # After a 5xx, and after a success that cannot be read, the effect may exist.
      raise OutcomeUnknown, "HTTP #{status}" if status >= 500 || status.between?(200, 299)

      error = (status == 429) ? RateLimited : ApiError
      raise error.new(
        status:, code: parsed&.fetch("code", nil) || "HTTP_#{status}", message: parsed&.fetch("message", nil).to_s
      )
    end

    def parse(body)
      parsed = JSON.parse(body.to_s)
      parsed if parsed.is_a?(Hash)
    rescue JSON::ParserError
      nil
    end

    def segment(id)
      URI.encode_www_form_component(id.to_s)
    end
  end
end
