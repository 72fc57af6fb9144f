# frozen_string_literal: true

module Dodo
  # What is wrong with a product that invoices are to be charged through. Dodo says nothing of it at checkout: it
  # charges the catalogue price, or adds tax on top, and the invoice is then never exactly paid.
  module ProductCheck
    module_function

    # @param product [Hash] GET /products/:id
    # @return [Array<String>] problems, none when the product charges exactly what it is told
    def one_time(product, currency)
      price = product.fetch("price", {})
      [
        *common(price, currency),
        ("must be a one-time price" unless price["type"] == "one_time_price"),
        ("must be pay what you want" unless price["pay_what_you_want"] == true),
        ("must have no purchasing power parity" if price["purchasing_power_parity"] == true)
      ].compact
    end

    # @return [Array<String>] problems of a product that mandates are made with
    def mandate(product, currency)
      price = product.fetch("price", {})
      [*common(price, currency), ("must be a subscription" unless price["type"] == "recurring_price")].compact
    end

    def common(price, currency)
      [
        ("must be priced in #{currency}, not #{price["currency"]}" unless price["currency"] == currency),
        ("must be tax inclusive" unless price["tax_inclusive"] == true)
      ]
    end

    private_class_method :common
  end
end
