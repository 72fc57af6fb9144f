# frozen_string_literal: true

module Dodo
  # Converts between Lago's `*_amount_cents` (subunits of the Ruby Money gem) and Dodo's minor units.
  # The two tables disagree: HUF has no subunit in Money and 100 in Dodo; the three-decimal currencies exist
  # only in Lago.
  module Money
    # What Dodo can charge (Dodo customer portal, supported currencies); its API enum is wider than this.
    CHARGEABLE = %w[
      AED ALL AMD ANG ARS AUD AWG AZN BAM BDT BIF BMD BND BOB BRL BSD BWP BZD CAD CHF CLP CNY CRC CZK DJF DKK DOP
      EGP ETB EUR FJD GBP GEL GMD GNF GTQ GYD HKD HNL HUF IDR ILS INR JPY KMF KRW KZT LKR LRD LSL MAD MGA MKD MOP
      MUR MVR MWK MXN MYR NGN NOK NPR NZD PEN PGK PHP PLN PYG QAR RON RSD RWF SAR SBD SCR SEK SGD SRD SZL THB TOP
      TRY TWD TZS UGX USD UYU VND VUV WST XAF XOF XPF ZAR ZMW
    ].freeze

    ZERO_DECIMAL_IN_DODO = %w[BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF].freeze
    ZERO_DECIMAL_IN_LAGO = (ZERO_DECIMAL_IN_DODO + %w[HUF ISK]).freeze

    # Smallest charge in Dodo minor units (Dodo docs, minimum amounts). Currencies not listed have no published one.
    MINIMUMS = {
      "USD" => 50, "EUR" => 50, "AUD" => 50, "CAD" => 50, "CHF" => 50, "SGD" => 50, "BRL" => 50, "GBP" => 30,
      "INR" => 500, "JPY" => 50, "KRW" => 50, "AED" => 200, "MXN" => 1_000, "PLN" => 200, "SEK" => 300,
      "NOK" => 300, "DKK" => 250, "ZAR" => 2_000, "HUF" => 17_500, "IDR" => 850_000, "VND" => 12_000,
      "XAF" => 300, "XOF" => 300, "CLP" => 1_000
    }.freeze

    # Amounts of payments, charges and refunds are int32 in Dodo's API.
    MAXIMUM = (2**31) - 1

    module_function

    # @param amount_cents [Integer] Lago subunits
    # @return [Integer] Dodo minor units
    # @raise [UnsupportedCurrency] Dodo cannot charge this currency
    def to_dodo(amount_cents, currency)
      raise TypeError, "amount must be an Integer, got #{amount_cents.inspect}" unless amount_cents.is_a?(Integer)

      amount_cents * ratio(currency)
    end

    # @param amount [Integer] Dodo minor units
    # @return [Integer, Rational] Lago subunits; a Rational when Lago's unit cannot hold the amount (50 fillér)
    def from_dodo(amount, currency)
      lago = Rational(amount, ratio(currency))
      (lago.denominator == 1) ? lago.numerator : lago
    end

    # As #to_dodo, and within what one payment may be.
    # @raise [AmountOutOfRange]
    def chargeable(amount_cents, currency)
      amount = to_dodo(amount_cents, currency)
      minimum = MINIMUMS.fetch(currency.upcase, 1)
      return amount if amount.between?(minimum, MAXIMUM)

      raise AmountOutOfRange, "#{amount} #{currency} is not between #{minimum} and #{MAXIMUM} minor units"
    end

    def ratio(currency)
      code = currency.to_s.upcase
      raise UnsupportedCurrency, "Dodo cannot charge #{code}" unless CHARGEABLE.include?(code)

      subunits(ZERO_DECIMAL_IN_DODO, code) / subunits(ZERO_DECIMAL_IN_LAGO, code)
    end

    def subunits(zero_decimal, code)
      zero_decimal.include?(code) ? 1 : 100
    end

    private_class_method :ratio, :subunits
  end
end
