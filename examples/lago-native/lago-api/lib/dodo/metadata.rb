# frozen_string_literal: true

module Dodo
  # The join key between the two systems: Dodo copies a session's metadata to its payments and never searches it.
  module Metadata
    MAX_PAIRS = 50
    KEY = /\A[A-Za-z0-9_-]{1,40}\z/
    MAX_VALUE = 500

    module_function

    # Strings only: the types Dodo accepts have changed over time.
    # @raise [InvalidMetadata] before Dodo refuses the whole request
    def build(pairs)
      metadata = pairs.compact.to_h { |key, value| [key.to_s, value.to_s] }
      raise InvalidMetadata, "more than #{MAX_PAIRS} pairs" if metadata.size > MAX_PAIRS

      metadata.each do |key, value|
        raise InvalidMetadata, "key #{key.inspect}" unless key.match?(KEY)
        raise InvalidMetadata, "value of #{key} is over #{MAX_VALUE} characters" if value.length > MAX_VALUE
      end
    end

    # @return [Boolean] every wanted pair is there, whatever type Dodo returns it as
    def match?(metadata, wanted)
      wanted.all? { |key, value| (metadata || {})[key.to_s].to_s == value.to_s }
    end
  end
end
