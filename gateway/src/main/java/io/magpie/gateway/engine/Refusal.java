package io.magpie.gateway.engine;

import io.magpie.protocol.ErrorCode;

/** Why an engine can't do now what it was asked; as it is told to the client. */
public record Refusal(ErrorCode code, String message) {}
