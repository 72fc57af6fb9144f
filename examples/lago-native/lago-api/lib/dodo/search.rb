# frozen_string_literal: true

module Dodo
  # Finds out what became of a write whose answer was lost. Dodo cannot search metadata, so a window of the list is
  # read and compared here.
  class Search
    PAGE_SIZE = 100
    # A guard against a list that never ends, not a limit anybody should meet: 10,000 objects of one customer.
    MAX_PAGES = 100

    def initialize(client)
      @client = client
    end

    # @param since [String] RFC 3339, a little before the write was sent
    # @return [Hash, nil] the newest payment that carries the metadata
    def payment(metadata:, since:, customer_id: nil, subscription_id: nil)
      each_page { |page| @client.payments(customer_id:, subscription_id:, created_at_gte: since, **page) }
        .select { |payment| Metadata.match?(payment["metadata"], metadata) }
        .max_by { |payment| payment["created_at"].to_s }
    end

    # Refund lists carry no metadata, so each refund of the payment is read.
    # @return [Hash, nil]
    def refund(payment_id:, metadata:)
      @client.payment(payment_id).fetch("refunds", []).lazy
        .map { |listed| @client.refund(listed.fetch("refund_id")) }
        .find { |refund| Metadata.match?(refund["metadata"], metadata) }
    end

    # E-mail is not unique in Dodo: several Lago customers may share one.
    # @return [Hash, nil]
    def customer(email:, metadata:)
      each_page { |page| @client.customers(email:, **page) }
        .find { |customer| Metadata.match?(customer["metadata"], metadata) }
    end

    private

    # Pages count from 0 and carry no total; only an empty one says the end.
    def each_page
      found = []
      MAX_PAGES.times do |number|
        items = yield(page_number: number, page_size: PAGE_SIZE).fetch("items")
        break if items.empty?

        found.concat(items)
      end
      found
    end
  end
end
