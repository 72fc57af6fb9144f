# frozen_string_literal: true

# Optional: the provider needs no table or column of its own. With this, a delivery that Dodo sends twice is stored
# once, whichever process receives it.
class AddExternalIdToInboundWebhooks < ActiveRecord::Migration[8.0]
  disable_ddl_transaction!

  def change
    add_column :inbound_webhooks, :external_id, :string
    # `code` is null where an organisation has one provider, and nulls would not be equal to each other.
    add_index :inbound_webhooks,
      "organization_id, source, COALESCE(code, ''), external_id",
      unique: true,
      where: "external_id IS NOT NULL",
      algorithm: :concurrently,
      name: "index_inbound_webhooks_on_external_id_once"
  end
end
