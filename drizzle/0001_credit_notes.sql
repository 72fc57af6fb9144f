CREATE TABLE "credit_notes" (
	"id" text PRIMARY KEY NOT NULL,
	"payable_key" text NOT NULL,
	"number" text NOT NULL,
	"refund_amount" bigint NOT NULL,
	"refund_status" text,
	"dodo_refund_id" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "payables" ADD COLUMN "credit_notes_read_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "credit_note_id" text;--> statement-breakpoint
CREATE INDEX "credit_notes_payable" ON "credit_notes" USING btree ("payable_key");