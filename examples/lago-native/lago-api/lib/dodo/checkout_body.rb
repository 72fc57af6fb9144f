# frozen_string_literal: true

module Dodo
  # Bodies of POST /checkouts (Dodo API reference, create checkout session).
  module CheckoutBody
    MAX_NAME = 100

    module_function

    # One pay-what-you-want line for exactly the amount due. The product must be tax-inclusive and in this very
    # currency: Dodo ignores `amount` without a word for any other kind of product.
    # @param amount_cents [Integer] Lago subunits
    # @param products [Hash{String=>String}] currency to product id
    # @raise [MissingProduct, UnsupportedCurrency, AmountOutOfRange, InvalidMetadata]
    def for_amount(amount_cents:, currency:, products:, metadata:, return_url:, customer_id: nil, customer: {})
      line = {
        product_id: product(products, currency),
        quantity: 1,
        amount: Money.chargeable(amount_cents, currency)
      }
      base(line:, currency:, metadata:, return_url:, customer_id:, customer:)
    end

    # A page that authorises later charges and takes nothing now.
    def for_mandate(currency:, products:, metadata:, return_url:, customer_id: nil, customer: {})
      line = {product_id: product(products, currency), quantity: 1}
      base(line:, currency:, metadata:, return_url:, customer_id:, customer:)
        .merge(subscription_data: {on_demand: {mandate_only: true}})
    end

    def base(line:, currency:, metadata:, return_url:, customer_id:, customer:)
      {
        product_cart: [line],
        # Read only when adaptive pricing is on: then it pins the currency the invoice is in.
        billing_currency: currency.upcase,
        # Both default to true, and both let the customer pay something other than the invoice.
        feature_flags: {allow_discount_code: false, allow_currency_selection: false},
        customer: customer_id ? {customer_id:} : new_customer(customer),
        billing_address: address(customer),
        return_url: presence(return_url),
        metadata: Metadata.build(metadata)
      }.compact
    end

    # Lago allows several addresses in one field, separated by commas.
    def new_customer(customer)
      email = customer[:email].to_s.split(",").map(&:strip).find { |entry| !entry.empty? }
      return unless email

      {email:, name: presence(customer[:name])&.slice(0, MAX_NAME)}.compact
    end

    # A blank string stops the page from asking for the field, so blanks are left out.
    def address(customer)
      country = presence(customer[:country])
      return unless country

      {
        country: country.upcase,
        street: presence(customer[:address_line1]),
        city: presence(customer[:city]),
        state: presence(customer[:state]),
        zipcode: presence(customer[:zipcode])
      }.compact
    end

    def product(products, currency)
      products[currency.upcase] || raise(MissingProduct, "no Dodo product is configured for #{currency.upcase}")
    end

    def presence(text)
      stripped = text.to_s.strip
      stripped unless stripped.empty?
    end

    private_class_method :base, :address, :product
  end
end
