DROP INDEX "deliveries_open";--> statement-breakpoint
DROP INDEX "deliveries_payable";--> statement-breakpoint
DROP INDEX "deliveries_received";--> statement-breakpoint
CREATE INDEX "deliveries_of_payable" ON "deliveries" USING btree ("payable_key","id");--> statement-breakpoint
CREATE INDEX "deliveries_by_time" ON "deliveries" USING brin ("received_at");--> statement-breakpoint
-- Compressing a body costs more than storing a webhook; the bodies are kept as they came.
ALTER TABLE "deliveries" ALTER COLUMN "body" SET STORAGE EXTERNAL;
