import { gql } from '@apollo/client'
import { revalidateLogic } from '@tanstack/react-form'
import { useRef } from 'react'
import { generatePath } from 'react-router-dom'

import { useFormDialog } from '~/components/dialogs/FormDialog'
import type { DialogResult } from '~/components/dialogs/types'
import { addToast, hasDefinedGQLError } from '~/core/apolloClient'
import { IntegrationsTabsOptionsEnum } from '~/core/constants/tabsOptions'
import { DODO_INTEGRATION_DETAILS_ROUTE, useNavigate } from '~/core/router'
import {
  type CurrencyEnum,
  type DodoIntegrationDetailsFragment,
  LagoApiError,
  useAddDodoPaymentProviderMutation,
  useUpdateDodoPaymentProviderMutation,
} from '~/generated/graphql'
import { useInternationalization } from '~/hooks/core/useInternationalization'
import { useAppForm } from '~/hooks/forms/useAppform'
import {
  type DodoFormValues,
  type DodoProductLine,
  dodoFormDefaults,
  dodoFormSchema,
  formatDodoProducts,
  toDodoInput,
} from './dodoFormSchema'

gql`
  mutation addDodoPaymentProvider($input: AddDodoPaymentProviderInput!) {
    addDodoPaymentProvider(input: $input) {
      id
      ...DodoIntegrationDetails
    }
  }

  mutation updateDodoPaymentProvider($input: UpdateDodoPaymentProviderInput!) {
    updateDodoPaymentProvider(input: $input) {
      id
      ...DodoIntegrationDetails
    }
  }
`

const FORM_ID = 'form-dodo-integration'

const SILENT = { silentErrorCodes: [LagoApiError.UnprocessableEntity, LagoApiError.ThirdPartyError] }
const integrationGroup = IntegrationsTabsOptionsEnum.Community

// The currency is typed by a person and checked by Lago: a code it does not know is refused there.
const withCurrencyEnum = (lines: DodoProductLine[]) =>
  lines.map(({ currency, productId }) => ({ currency: currency as CurrencyEnum, productId }))

const toGraphqlInput = (values: DodoFormValues) => {
  const input = toDodoInput(values)

  return {
    ...input,
    products: withCurrencyEnum(input.products),
    mandateProducts: withCurrencyEnum(input.mandateProducts),
  }
}

type TextField = {
  name: Exclude<keyof DodoFormValues, 'environment'>
  label: string
  placeholder?: string
  help?: string
  rows?: number
  secret?: boolean
}

const textFields = (isEdition: boolean): TextField[] => [
  { name: 'name', label: 'text_6584550dc4cec7adf861504d' },
  { name: 'code', label: 'text_6584550dc4cec7adf8615051' },
  {
    name: 'apiKey',
    label: 'text_dodo_api_key',
    help: isEdition ? 'text_dodo_secret_unchanged' : 'text_dodo_api_key_placeholder',
    secret: true,
  },
  {
    name: 'webhookSecret',
    label: 'text_dodo_webhook_secret',
    placeholder: 'whsec_…',
    help: isEdition ? 'text_dodo_webhook_secret_rotate' : 'text_dodo_webhook_secret_later',
    secret: true,
  },
  {
    name: 'products',
    label: 'text_dodo_products',
    placeholder: 'USD: pdt_…\nEUR: pdt_…',
    help: 'text_dodo_products_help',
    rows: 3,
  },
  {
    name: 'mandateProducts',
    label: 'text_dodo_mandate_products',
    placeholder: 'USD: pdt_…',
    help: 'text_dodo_mandate_products_help',
    rows: 2,
  },
  { name: 'successRedirectUrl', label: 'text_65367cb78324b77fcb6af21c', placeholder: 'https://' },
]

const toFormValues = (provider: DodoIntegrationDetailsFragment): DodoFormValues => ({
  ...dodoFormDefaults,
  name: provider.name,
  code: provider.code,
  environment: provider.environment === 'live_mode' ? 'live_mode' : 'test_mode',
  products: formatDodoProducts(provider.products),
  mandateProducts: formatDodoProducts(provider.mandateProducts),
  successRedirectUrl: provider.successRedirectUrl ?? '',
})

export const useAddDodoDialog = () => {
  const { translate } = useInternationalization()
  const navigate = useNavigate()
  const formDialog = useFormDialog()

  const providerRef = useRef<DodoIntegrationDetailsFragment | null>(null)
  const savedRef = useRef(false)

  const [addDodo] = useAddDodoPaymentProviderMutation()
  const [updateDodo] = useUpdateDodoPaymentProviderMutation()

  const saved = (translateKey: string) => {
    savedRef.current = true
    addToast({ severity: 'success', translateKey })
  }

  const create = async (values: DodoFormValues) => {
    const { apiKey = '', ...input } = toGraphqlInput(values)
    const { data, errors } = await addDodo({ context: SILENT, variables: { input: { ...input, apiKey } } })
    const integrationId = data?.addDodoPaymentProvider?.id

    if (integrationId) {
      saved('text_dodo_added')
      navigate(generatePath(DODO_INTEGRATION_DETAILS_ROUTE, { integrationId, integrationGroup }))
    }

    return errors
  }

  const update = async (id: string, values: DodoFormValues) => {
    const input = { ...toGraphqlInput(values), id }
    const { data, errors } = await updateDodo({ context: SILENT, variables: { input } })

    if (data?.updateDodoPaymentProvider) saved('text_dodo_updated')

    return errors
  }

  const form = useAppForm({
    defaultValues: dodoFormDefaults,
    validationLogic: revalidateLogic(),
    validators: {
      onDynamic: ({ value }) => {
        const checked = dodoFormSchema(!!providerRef.current).safeParse(value)

        if (checked.success) return undefined

        return {
          fields: Object.fromEntries(
            checked.error.issues.map(({ path, message }) => [String(path[0]), { message, path }]),
          ),
        }
      },
    },
    onSubmit: async ({ value, formApi }) => {
      const provider = providerRef.current
      const errors = await (provider ? update(provider.id, value) : create(value))
      const refuse = (field: 'code' | 'products', key: string) =>
        formApi.setErrorMap({
          onDynamic: { fields: { [field]: { message: translate(key), path: [field] } } },
        })

      if (hasDefinedGQLError('ValueAlreadyExist', errors)) {
        refuse('code', 'text_632a2d437e341dcc76817556')
      } else if (errors?.length) {
        // Lago has asked Dodo about each product, and Dodo about the key.
        refuse('products', 'text_dodo_refused')
      }
    },
  })

  const submit = async (): Promise<DialogResult> => {
    savedRef.current = false
    await form.handleSubmit()

    // The dialog stays open, with its errors, for as long as this is not a success.
    if (!savedRef.current) throw new Error('Dodo connection was not saved')

    return { reason: 'success' }
  }

  const openAddDodoDialog = (provider?: DodoIntegrationDetailsFragment) => {
    providerRef.current = provider ?? null
    form.reset(provider ? toFormValues(provider) : dodoFormDefaults)

    formDialog.open({
      title: translate(provider ? 'text_dodo_edit_title' : 'text_dodo_add_title'),
      description: translate('text_dodo_form_description'),
      closeOnError: false,
      form: { id: FORM_ID, submit },
      mainAction: (
        <form.AppForm>
          <form.SubmitButton>
            {translate(provider ? 'text_65845f35d7d69c3ab4793dac' : 'text_dodo_add_title')}
          </form.SubmitButton>
        </form.AppForm>
      ),
      children: (
        <div className="flex flex-col gap-6 p-8">
          <form.AppField name="environment">
            {field => (
              <field.ComboBoxField
                disableClearable
                label={translate('text_dodo_environment')}
                data={[
                  { value: 'test_mode', label: translate('text_dodo_test_mode') },
                  { value: 'live_mode', label: translate('text_dodo_live_mode') },
                ]}
              />
            )}
          </form.AppField>
          {textFields(!!provider).map(({ name, label, placeholder, help, rows, secret }) => (
            <form.AppField key={name} name={name}>
              {field => (
                <field.TextInputField
                  type={secret ? 'password' : 'text'}
                  multiline={!!rows}
                  rows={rows}
                  label={translate(label)}
                  placeholder={placeholder}
                  helperText={help && translate(help)}
                />
              )}
            </form.AppField>
          ))}
        </div>
      ),
    })
  }

  return { openAddDodoDialog }
}
