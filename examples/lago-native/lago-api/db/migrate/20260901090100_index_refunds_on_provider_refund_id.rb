# frozen_string_literal: true

# Optional: every refund webhook looks a refund up by this column, which has no index. Not unique: other providers'
# existing rows were never held to that.
class IndexRefundsOnProviderRefundId < ActiveRecord::Migration[8.0]
  disable_ddl_transaction!

  def change
    add_index :refunds, [:provider_refund_id, :payment_provider_id], algorithm: :concurrently
  end
end
