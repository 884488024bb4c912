package io.magpie.bench.acks;

import io.magpie.bench.gateway.GatewayProcess;
import io.magpie.bench.gateway.LogMode;

/** A gateway with one kind of log, and its publishers. The one who made it closes the process. */
record LoggingGateway(LogMode log, GatewayProcess process, Fleet fleet) {}
