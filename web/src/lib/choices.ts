/** The words that an asset can be valued with, as the model knows them. */
export const reaches = [
  { value: 'internet', label: 'Internet', hint: 'from anywhere' },
  { value: 'internal', label: 'Internal', hint: 'from inside your networks' },
  { value: 'local', label: 'Local', hint: 'only from the machine itself' },
  { value: 'unknown', label: 'Unknown', hint: 'leave it to what is observed' },
];

export const criticalities = [
  { value: 'low', label: 'Low', hint: 'a nuisance' },
  { value: 'medium', label: 'Medium', hint: 'work stops for some' },
  { value: 'high', label: 'High', hint: 'a business service stops' },
  { value: 'critical', label: 'Critical', hint: 'the organisation, or a life, depends on it' },
];

export const dataClasses = [
  { value: 'phi', label: 'Health records (PHI)' },
  { value: 'pci', label: 'Payment cards (PCI)' },
  { value: 'pii', label: 'Personal data (PII)' },
  { value: 'credentials', label: 'Credentials' },
  { value: 'confidential', label: 'Trade secrets' },
];
