<?php

declare(strict_types=1);

namespace HKS\Host;

/** The same logger for code that asks for the interface; only loaded where the function's packages have it. */
final class PsrLogger extends Logger implements \Psr\Log\LoggerInterface
{
}
