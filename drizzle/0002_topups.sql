CREATE TABLE "ledger_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"balance" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ledger_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"transaction_id" text NOT NULL,
	"account_id" text NOT NULL,
	"delta" bigint NOT NULL,
	"balance_after" bigint,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger_transactions" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"ref" text DEFAULT '' NOT NULL,
	"meta" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payment_events" (
	"delivery_id" bigint PRIMARY KEY NOT NULL,
	"sync_status" text NOT NULL,
	"sync_error" text DEFAULT '' NOT NULL,
	"payment_id" text DEFAULT '' NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "topup_debits" (
	"key" text PRIMARY KEY NOT NULL,
	"topup_id" text NOT NULL,
	"credits" bigint NOT NULL,
	"debited" bigint,
	"shortfall" bigint,
	"note" text DEFAULT '' NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "topup_payments" (
	"payment_id" text PRIMARY KEY NOT NULL,
	"payable_key" text NOT NULL,
	"provider" text NOT NULL,
	"topup_id" text NOT NULL,
	"user_id" text NOT NULL,
	"provider_session_id" text DEFAULT '' NOT NULL,
	"provider_payment_id" text DEFAULT '' NOT NULL,
	"credits" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"refund_status" text DEFAULT '' NOT NULL,
	"refunded_minor" bigint DEFAULT 0 NOT NULL,
	"checkout_url" text DEFAULT '' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"product_id" text DEFAULT '' NOT NULL,
	"result_base" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "topup_payments_payable_key_unique" UNIQUE("payable_key")
);
--> statement-breakpoint
CREATE TABLE "topup_wallets" (
	"user_id" text PRIMARY KEY NOT NULL,
	"lago_wallet_id" text,
	"opening_since" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "topups" (
	"topup_id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"credits" bigint NOT NULL,
	"usd_cents" bigint NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"ref" text DEFAULT '' NOT NULL,
	"meta" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"balance" text NOT NULL,
	"credited_for" text,
	"busy_until" timestamp (3) with time zone,
	"lago_wallet_transaction_id" text,
	"lago_invoice_id" text,
	"minting_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "topups_lago_wallet_transaction_id_unique" UNIQUE("lago_wallet_transaction_id"),
	CONSTRAINT "topups_lago_invoice_id_unique" UNIQUE("lago_invoice_id")
);
--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "claim" text;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_transaction_id_ledger_transactions_id_fk" FOREIGN KEY ("transaction_id") REFERENCES "public"."ledger_transactions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account_id_ledger_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."ledger_accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_once" ON "ledger_entries" USING btree ("transaction_id","account_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("account_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "topup_debits_topup" ON "topup_debits" USING btree ("topup_id");--> statement-breakpoint
CREATE UNIQUE INDEX "topup_payments_session" ON "topup_payments" USING btree ("provider","provider_session_id") WHERE "topup_payments"."provider_session_id" <> '';--> statement-breakpoint
CREATE INDEX "topup_payments_user" ON "topup_payments" USING btree ("user_id","updated_at" DESC NULLS LAST,"payment_id");--> statement-breakpoint
CREATE INDEX "topup_payments_updated" ON "topup_payments" USING btree ("updated_at" DESC NULLS LAST,"payment_id");--> statement-breakpoint
CREATE INDEX "topup_payments_topup" ON "topup_payments" USING btree ("topup_id");--> statement-breakpoint
CREATE INDEX "topups_user" ON "topups" USING btree ("user_id","created_at" DESC NULLS LAST,"topup_id");--> statement-breakpoint
CREATE INDEX "topups_created" ON "topups" USING btree ("created_at" DESC NULLS LAST,"topup_id");--> statement-breakpoint
CREATE FUNCTION "ledger_balanced"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (SELECT coalesce(sum(delta), 0) FROM "ledger_entries" WHERE "transaction_id" = coalesce(NEW."transaction_id", OLD."transaction_id")) <> 0 THEN
		RAISE EXCEPTION 'the entries of ledger transaction % do not add up to nothing', coalesce(NEW."transaction_id", OLD."transaction_id");
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "ledger_entries_balanced" AFTER INSERT OR UPDATE OR DELETE ON "ledger_entries"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "ledger_balanced"();
