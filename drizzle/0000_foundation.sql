CREATE SEQUENCE "public"."lease_tokens" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "actions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "actions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payable_key" text NOT NULL,
	"action" text NOT NULL,
	"reason" text,
	"about" text,
	"note" text DEFAULT '' NOT NULL,
	"by" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"name" text PRIMARY KEY NOT NULL,
	"next_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "customers" (
	"external_customer_id" text PRIMARY KEY NOT NULL,
	"dodo_customer_id" text NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"type" text NOT NULL,
	"payable_key" text,
	"headers" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"body" text NOT NULL,
	"digest" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"outcome" text NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"processed_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "deliveries_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "disputes" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" text NOT NULL,
	"payable_key" text NOT NULL,
	"stage" text NOT NULL,
	"status" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"resolved_by_rdr" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "intents" (
	"payable_key" text NOT NULL,
	"verb" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 1 NOT NULL,
	"request" jsonb NOT NULL,
	"result" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "intents_payable_key_verb_key_pk" PRIMARY KEY("payable_key","verb","key")
);
--> statement-breakpoint
CREATE TABLE "marks" (
	"name" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notices_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"payable_key" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"detail" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"last_error" text
);
--> statement-breakpoint
CREATE TABLE "payables" (
	"key" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"pay_token" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"say" text DEFAULT '' NOT NULL,
	"attention" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"snapshot" jsonb,
	"snapshot_at" timestamp (3) with time zone,
	"missing_at" timestamp (3) with time zone,
	"invoice_number" text,
	"external_customer_id" text,
	"currency" text,
	"amount_due" bigint,
	"link_requested_at" timestamp (3) with time zone,
	"retry_requested_at" timestamp (3) with time zone,
	"look_requested_at" timestamp (3) with time zone,
	"due_at" timestamp (3) with time zone,
	"urgent" boolean DEFAULT false NOT NULL,
	"kicks" bigint DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"lease_token" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "payables_pay_token_unique" UNIQUE("pay_token")
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"id" text PRIMARY KEY NOT NULL,
	"payable_key" text NOT NULL,
	"session_id" text,
	"status" text,
	"amount" bigint NOT NULL,
	"tax" bigint NOT NULL,
	"currency" text NOT NULL,
	"inexact" boolean DEFAULT false NOT NULL,
	"product_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"error_code" text,
	"setup" boolean DEFAULT false NOT NULL,
	"dodo_customer_id" text,
	"recorded_amount" bigint DEFAULT 0 NOT NULL,
	"recorded_via" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"id" text PRIMARY KEY NOT NULL,
	"payment_id" text NOT NULL,
	"payable_key" text NOT NULL,
	"status" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"reason" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"payable_key" text NOT NULL,
	"attempt" integer NOT NULL,
	"cause" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"product_id" text NOT NULL,
	"url" text NOT NULL,
	"payment_id" text,
	"payment_status" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "actions_payable" ON "actions" USING btree ("payable_key");--> statement-breakpoint
CREATE INDEX "deliveries_open" ON "deliveries" USING btree ("payable_key","id") WHERE "deliveries"."outcome" = 'stored';--> statement-breakpoint
CREATE INDEX "deliveries_payable" ON "deliveries" USING btree ("payable_key");--> statement-breakpoint
CREATE INDEX "deliveries_received" ON "deliveries" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "disputes_payable" ON "disputes" USING btree ("payable_key");--> statement-breakpoint
CREATE UNIQUE INDEX "notices_once" ON "notices" USING btree ("payable_key","kind","key");--> statement-breakpoint
CREATE INDEX "notices_due" ON "notices" USING btree ("due_at") WHERE "notices"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "payables_due" ON "payables" USING btree ("urgent","due_at") WHERE "payables"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "payables_parked" ON "payables" USING btree ("updated_at") WHERE "payables"."attention" <> '[]'::jsonb;--> statement-breakpoint
CREATE INDEX "payables_customer" ON "payables" USING btree ("external_customer_id");--> statement-breakpoint
CREATE INDEX "payments_payable" ON "payments" USING btree ("payable_key");--> statement-breakpoint
CREATE INDEX "payments_created" ON "payments" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "refunds_payable" ON "refunds" USING btree ("payable_key");--> statement-breakpoint
CREATE INDEX "sessions_payable" ON "sessions" USING btree ("payable_key");